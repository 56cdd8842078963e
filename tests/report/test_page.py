"""report.html in a real browser: what it shows, and that it does what it offers by pointer and by keys."""

import csv
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

pytest.importorskip("selenium", reason="no python3-selenium")
import browser as browsers
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

MESTR = os.environ["MESTR"]
HOSTILE = "<script>document.title='taken'</script><img src=x onerror=alert(1)>"

if browsers.missing():
    pytest.skip("no " + ", ".join(browsers.missing()), allow_module_level=True)


def mestr(*arguments):
    subprocess.run([MESTR, *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run over a clip with two micro-expressions, and labels of which one is somewhere else. To be read only."""
    folder = tmp_path_factory.mktemp("made")
    flags = "--clips 1 --subjects 1 --seconds 6 --count 2 --format mp4 --contexts calm --intensity 3,4 --seed 3"
    mestr("synth", "-o", folder / "clips", *flags.split())
    mestr("run", folder / "clips/manifest.csv", "-o", folder / "out", "--config", "demo")
    header, first, _ = (folder / "clips/labels.csv").read_text().splitlines()
    (folder / "labels.csv").write_text("\n".join([header, first, "synth,1,s01_a,140,145,150,surprise,micro"]) + "\n")
    return folder


@pytest.fixture(scope="module")
def page(made):
    mestr("report", made / "out", "--truth", made / "labels.csv", "-o", made / "page.html")
    return made / "page.html"


@pytest.fixture(scope="module")
def several(made):
    """The page of three videos: one of a hostile name with a covered stretch, the one as it is, one that failed."""
    folder = made / "several"
    shutil.copytree(made / "out", folder)
    record = json.loads((folder / "run.json").read_text())
    good = record["videos"][0]
    video = json.loads((folder / good["file"]).read_text())
    name = {"path": f"clips/{HOSTILE}.mp4", "dataset": "", "subject": "", "video": HOSTILE}
    video["input"] = name
    video["per_frame"]["cause"][129:160] = ["covered"] * 31
    video["warnings"] = ["the light flickers"]
    (folder / "videos/hostile.json").write_text(json.dumps(video))
    failed = {**name, "path": "gone.mp4", "video": "gone", "ok": False, "error": "gone.mp4: no such file"}
    record["videos"] = [{**good, **name, "file": "videos/hostile.json"}, good, failed]
    (folder / "run.json").write_text(json.dumps(record))
    mestr("report", folder)
    return folder / "report.html"


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    browser = browsers.Browser(tmp_path_factory.mktemp("downloads"))
    yield browser
    browser.close()


@pytest.fixture(autouse=True)
def nothing_is_asked_for(window):
    """No page complains or asks for anything but itself, whatever the test does with it."""
    window.prefer("light")
    window.resize(1280, 900)
    window.complaints(), window.requests()
    yield
    assert window.complaints() == []
    outside = [url for url in window.requests() if not url.startswith(("file://", "data:", "blob:", "about:"))]
    assert outside == []


def rows_of(made):
    with open(made / "out/predictions.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def shown_rows(window):
    return window.texts("main tbody tr")


def readout(window):
    return dict(zip(window.texts(".readout dt"), window.texts(".readout dd"), strict=True))


def theme_of(window):
    return window.run("return getComputedStyle(document.body).backgroundColor")


def test_there_are_as_many_intervals_as_in_the_csv(window, page, made):
    predictions = rows_of(made)
    assert predictions
    window.open(page, "#intervals")
    assert len(shown_rows(window)) == len(predictions)
    window.open(page, "#video-0")
    assert len(shown_rows(window)) == len(predictions)
    assert len(window.all(".card")) == len(predictions)


def test_hits_false_alarms_and_misses_have_shapes_of_their_own(window, page):
    window.open(page, "#intervals")
    Select(window.all(".filters select")[0]).select_by_visible_text("all")
    cells = window.run("return [...document.querySelectorAll('tbody .verdict')].map("
                       "(cell) => [cell.textContent, cell.querySelector('path').getAttribute('d')])")
    assert sorted(text for text, _ in cells) == ["false alarm", "hit", "miss"]
    assert len({shape for _, shape in cells}) == 3


def test_the_tables_of_videos_says_what_failed_and_how_much_was_usable(window, several):
    window.open(several)
    rows = shown_rows(window)
    assert len(rows) == 3
    assert "83 %" in rows[0] and "100 %" in rows[1]
    assert "gone.mp4: no such file" in rows[2]
    Select(window.one(".filters select")).select_by_visible_text("failed")
    assert len(shown_rows(window)) == 1
    Select(window.one(".filters select")).select_by_visible_text("with warnings")
    assert HOSTILE in shown_rows(window)[0]


def test_a_hostile_name_is_text(window, several):
    window.open(several)
    assert window.texts("a.name")[0] == HOSTILE
    window.open(several, "#video-0")
    assert window.one("h1").text == HOSTILE
    assert window.driver.title.startswith(HOSTILE)
    assert window.all("main img, main script") == []


def test_tables_sort_by_each_column_and_say_so(window, page):
    window.open(page, "#intervals")
    head = window.one("th[data-key=onset]")

    def onset():
        return [int(row.split()[5]) for row in shown_rows(window)]  # behind "synth / 1 / s01_a"

    rising = sorted(onset())
    head.find_element("tag name", "button").click()
    assert head.get_attribute("aria-sort") == "ascending" and onset() == rising
    head.find_element("tag name", "button").click()
    assert head.get_attribute("aria-sort") == "descending" and onset() == rising[::-1]
    head.find_element("tag name", "button").click()
    assert head.get_attribute("aria-sort") is None


def test_tables_filter_by_words_emotion_and_probability(window, page, made):
    window.open(page, "#intervals")
    emotion = rows_of(made)[0]["emotion"]
    wanted = [row for row in rows_of(made) if row["emotion"] == emotion]
    Select(window.all(".filters select")[1]).select_by_visible_text(emotion)
    assert len(shown_rows(window)) == len(wanted)
    window.one("input[type=search]").send_keys("nowhere")
    assert shown_rows(window) == []
    assert window.one(".count").text.startswith("0 rows")
    window.open(page, "#intervals")
    window.run("const field = document.querySelector('input[type=number]'); field.value = '1.01';"
               "field.dispatchEvent(new Event('input'))")
    assert shown_rows(window) == []


def test_the_rows_that_are_shown_are_downloaded(window, page, made, tmp_path):
    window.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    window.open(page, "#intervals")
    window.one(".filters button").click()
    saved = tmp_path / "intervals.csv"
    WebDriverWait(window.driver, 20).until(lambda _: saved.exists())
    with open(saved, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    verdicts = [row.pop("verdict") for row in rows]
    assert rows == rows_of(made)
    assert sorted(verdicts) == ["false alarm", "hit"]


def test_keys_move_the_cursor(window, page, made):
    window.open(page, "#video-0")
    assert readout(window)["frame"] == "1"
    plot = window.one(".plot")
    plot.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert readout(window)["frame"] == "3"
    assert readout(window)["time"] == "0.067 s"
    assert plot.get_attribute("aria-valuenow") == "3"
    assert "score" in plot.get_attribute("aria-valuetext")
    plot.send_keys(Keys.END)
    assert readout(window)["frame"] == "180"
    plot.send_keys(Keys.HOME, "n")
    assert readout(window)["frame"] == rows_of(made)[0]["apex"]
    scores = json.loads((made / "out/videos/synth_1_s01_a.json").read_text())["scores"]
    assert float(readout(window)["score"]) == pytest.approx(scores[int(rows_of(made)[0]["apex"]) - 1], abs=6e-4)
    line = window.one(".u-cursor-x")
    assert line.is_displayed()


def test_the_pointer_moves_the_cursor(window, page):
    window.open(page, "#video-0")
    over = window.one(".u-over")
    ActionChains(window.driver).move_to_element_with_offset(over, 50, 0).move_to_element(over).perform()
    WebDriverWait(window.driver, 10).until(lambda _: readout(window)["frame"] != "1")
    assert 88 <= int(readout(window)["frame"]) <= 92  # the middle of 180 frames
    ActionChains(window.driver).move_to_element(window.one("h1")).perform()
    assert 88 <= int(readout(window)["frame"]) <= 92


def test_enter_opens_a_find_and_the_button_goes_back(window, page, made):
    window.open(page, "#video-0")
    window.one(".plot").send_keys("n", Keys.ENTER)
    WebDriverWait(window.driver, 10).until(lambda _: window.focused().get_attribute("id") == "card-1")
    assert window.run("return location.hash") == "#video-0-interval-1"
    window.all(".card > header button")[1].click()
    assert "plot" in window.focused().get_attribute("class")
    assert readout(window)["frame"] == rows_of(made)[1]["apex"]


def test_a_link_works_again_after_the_reader_went_elsewhere(window, page):
    window.open(page, "#video-0")
    for _ in range(2):
        window.run("scrollTo(0, 0); document.activeElement.blur()")
        window.one("tbody a").click()
        WebDriverWait(window.driver, 10).until(lambda _: window.focused().get_attribute("id") == "card-1")


def test_the_cursor_says_why_a_frame_was_not_judged(window, several):
    window.open(several, "#video-0")
    window.one(".plot").send_keys(*[Keys.PAGE_UP] * 4, *[Keys.ARROW_RIGHT] * 9)
    assert readout(window)["frame"] == "130"
    assert readout(window)["not usable"] == "covered"
    assert "covered 1.0 s" in window.one(".unusable-list summary").text


def test_everything_is_reached_by_the_tab_key(window, page):
    window.open(page, "#video-0")
    seen = []
    for _ in range(60):
        window.focused().send_keys(Keys.TAB)
        element = window.focused()
        if element.tag_name == "body":
            break
        outline = window.run("return getComputedStyle(arguments[0]).outlineStyle", element)
        seen.append((element.tag_name, element.get_attribute("class") or element.text))
        assert outline != "none", seen[-1]
    texts = [text for _, text in seen]
    assert "plot" in texts and "Download these rows as CSV" in texts
    assert texts.count("Show in the plot") == 2


def test_colours_follow_the_system_or_the_switch(window, page):
    window.prefer("dark")
    window.open(page)
    dark = theme_of(window)
    Select(window.one("#theme")).select_by_value("light")
    light = theme_of(window)
    assert dark != light
    window.open(page)
    assert theme_of(window) == light  # it is remembered
    Select(window.one("#theme")).select_by_value("")
    assert theme_of(window) == dark


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_nothing_is_wider_than_the_window(window, page, several, width):
    window.resize(width, 900)
    for path, fragment in [(page, ""), (page, "#intervals"), (page, "#video-0"), (several, ""), (several, "#video-0")]:
        window.open(path, fragment)
        assert window.run("return document.documentElement.scrollWidth") == width


def test_it_opens_at_once(window, made, tmp_path):
    """30 videos of 12000 frames: a minute at SAMM's 200 fps."""
    folder = tmp_path / "out"
    shutil.copytree(made / "out", folder)
    record = json.loads((folder / "run.json").read_text())
    good = record["videos"][0]
    video = json.loads((folder / good["file"]).read_text())
    long = lengthened(video, 12000)
    record["videos"] = []
    for i in range(30):
        name = {"path": f"{i}.mp4", "dataset": "", "subject": "", "video": str(i)}
        long["input"] = {key: name[key] for key in long["input"]}
        (folder / f"videos/{i}.json").write_text(json.dumps(long))
        record["videos"].append({**good, **name, "file": f"videos/{i}.json"})
    (folder / "run.json").write_text(json.dumps(record))
    mestr("report", folder)
    report = folder / "report.html"
    assert report.stat().st_size < 25_000_000
    for fragment in ("", "#video-29"):
        window.open(report, fragment)
        assert window.all("main h1")
        assert window.busy_s() < 2


def lengthened(video, frames):
    """The same results of a video of so many frames: values are repeated."""
    times = -(-frames // video["frames"])
    longer = {**video, "frames": frames, "fps": 200.0, "frame_times_s": [i / 200 for i in range(frames)]}
    for name in ("scores", "smoothed", "motion_px", "probabilities"):
        longer[name] = (video[name] * times)[:frames - 20]
    longer["per_frame"] = {name: (video["per_frame"][name] * times)[:frames] for name in ("cause", "track", "box")}
    return longer


def test_without_faces_there_is_no_picture(window, made, tmp_path):
    mestr("report", made / "out", "--no-faces", "-o", tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    assert "image/jpeg;base64,/9j/" not in text and '"jpeg"' not in text.split("<script>")[0]
    window.open(tmp_path / "page.html", "#video-0")
    assert window.all("main img, main video") == []
    assert "no picture of anybody" in window.one("footer").text


def loaded_pictures(window, card):
    return window.run("return [...arguments[0].querySelectorAll('img')].filter("
                      "(one) => one.complete && one.naturalWidth > 0).length", card)


def test_each_find_has_its_pictures(window, page, made):
    window.open(page, "#video-0")
    for card in window.all(".card"):
        window.run("arguments[0].scrollIntoView()", card)
        WebDriverWait(window.driver, 20).until(lambda _, card=card: loaded_pictures(window, card) == 5)
    assert len(window.all(".card")) == len(rows_of(made))


def test_the_clip_plays_and_the_toggle_magnifies_its_motion(window, page):
    window.open(page, "#video-0-interval-1")
    player = window.one("#card-1 video")
    hold, toggle = window.all("#card-1 .buttons button")
    WebDriverWait(window.driver, 20).until(lambda _: window.run("return arguments[0].currentTime", player) > 0)
    plain = player.get_attribute("src")
    toggle.click()
    assert toggle.get_attribute("aria-pressed") == "true"
    assert player.get_attribute("src") != plain
    assert "Eulerian" in window.one("#card-1 .clip figcaption").text
    toggle.send_keys(Keys.SPACE)
    assert player.get_attribute("src") == plain
    hold.click()
    WebDriverWait(window.driver, 20).until(lambda _: window.run("return arguments[0].paused", player))
    WebDriverWait(window.driver, 20).until(lambda _: hold.text == "Play")


def test_a_video_that_is_gone_has_no_pictures_and_the_page_says_why(window, several):
    window.open(several, "#video-0")
    assert window.all(".card img") == []
    assert window.texts(".card .notice")[0].startswith("No pictures: ")
    window.open(several, "#video-1")
    assert len(window.all(".card img")) > 0


@pytest.mark.skipif("MESTR_SCREENSHOTS" not in os.environ, reason="for people: a folder for pictures of the page")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_screenshots(window, page, several, scheme, width):
    folder = Path(os.environ["MESTR_SCREENSHOTS"])
    window.prefer(scheme)
    window.resize(width, 900)
    for name, path, fragment in [("videos", several, ""), ("intervals", page, "#intervals"),
                                 ("video", page, "#video-0"), ("covered", several, "#video-0-interval-1")]:
        window.open(path, fragment)
        time.sleep(1)
        (folder / f"{name}_{scheme}_{width}.png").write_bytes(window.screenshot())
