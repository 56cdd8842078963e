import json
from pathlib import Path

import pytest

import benchmark_page


def spread(median: float, n: int = 3) -> dict:
    return {"median": median, "first_quartile": median / 2, "third_quartile": 2 * median, "n": n}


def stage(name: str, ms: float, item: str = "frame") -> dict:
    """Waits as long as it computes."""
    times = {"ms_per_item": spread(2 * ms), "cpu_ms_per_item": spread(ms)}
    return {"stage": name, "item": item, **times, "speedup": None, "cpu_speedup": None}


def a_folder() -> dict:
    """Frames of 10 ms with crop, 18 ms with similarity, and 600 ms at the start of each video."""
    box = stage("decode, face's box", 3) | {"speedup": spread(2), "cpu_speedup": spread(1.5)}
    stages = [stage("decode", 5), box, stage("detection", 600), stage("crop", 0.5), stage("similarity", 6.5)]
    stages += [stage("flow", 5.8, "pair"), stage("features", 0.3, "pair"), stage("network", 0.4, "pair")]
    return {"clip": "a folder", "width": 2040, "height": 1088, "is_folder": True, "stages": stages}


def a_file() -> dict:
    return a_folder() | {"clip": "a file", "width": 1280, "height": 720, "is_folder": False}


@pytest.fixture
def bench() -> dict:
    machine = {
        "cpu": "Brand",
        "cpu_family": 26,
        "cpu_model": 2,
        "processors": 2,
        "memory_gib": 23.54,
    }
    run = {"engine": "exact", "seconds": spread(2), "cpu_s": spread(3), "startup_s": spread(0.5)}
    run |= {"max_score_difference": 1.2e-7, "speedup": spread(10), "cpu_speedup": spread(9)}
    run |= {"detecting_once_speedup": spread(5), "detecting_once_cpu_speedup": spread(4, n=1)}
    whole = {"clip": "a clip", "width": 64, "height": 48, "frames": 30, "runs": [run]}
    whole |= {"reference_s": spread(20), "reference_cpu_s": spread(27)}
    whole |= {"detecting_once_s": spread(10), "detecting_once_cpu_s": spread(12)}
    clip_of_10_s = {"processors": 2, "videos": 1, "seconds": 10, "frames": 300, "width": 64, "height": 48}
    clip_of_10_s |= {"frames_per_s": spread(200), "speedup": None, "peak_memory_mib": 300.4}
    many = {"processors": 2, "videos": 4, "seconds": 8, "frames": 240, "width": 2040, "height": 1088}
    many |= {"frames_per_s": spread(90), "speedup": spread(1.9), "peak_memory_mib": 900}
    return {
        "command": "mestr bench x",
        "machine": machine | {"load_at_start": 0.25},
        "build": {"compiler": "GNU 12", "type": "Release", "commit": "abc"},
        "libraries": {"opencv": "4.6.0", "torch": "1.13.0", "dlib": "19.24.0", "libavcodec": "59"},
        "device": "device: cpu, as asked; flow exact",
        "flow": {"timings": [], "checks": []},
        "options": {"config": {"face": {"alignment": "crop"}}},
        "stages": [a_folder(), a_file()],
        "whole": [whole],
        "windows": [{"width": 64, "height": 48, "window": {"frames": 8}, "ways": []}],
        "scaling": {"processors": [], "many": [many], "lengths": [clip_of_10_s]},
    }


def update(bench: dict, page: Path) -> str:
    file = page.with_suffix(".json")
    file.write_text(json.dumps(bench))
    benchmark_page.make_page(file, page)
    return page.read_text()


def test_what_was_measured_takes_its_place_and_the_rest_stays(bench, tmp_path):
    page = tmp_path / "page.md"
    stays = "<!-- begin: fast -->\nof another script\n<!-- end: fast -->\n"
    page.write_text(
        "<!-- begin: machine -->\n<!-- end: machine -->\n" + stays + "<!-- begin: whole -->\nold\n<!-- end: whole -->\n"
    )
    text = update(bench, page)
    assert stays in text and "old" not in text
    assert "Brand (family 26, model 2), 2 processors, 23.5 GiB, load 0.250 at the start" in text
    assert "| published | 20.0 (10.0 - 40.0) | 1.50 | 27.0 (13.5 - 54.0) |  |  |  |  |  |" in text
    ours = "| mestr run, exact | 2.00 (1.00 - 4.00) | 15.0 | 3.00 (1.50 - 6.00) | 10.0x (5.00 - 20.0) | "
    assert ours + "9.00x (4.50 - 18.0) | 5.00x (2.50 - 10.0) | 4.00x | 1.2e-07 |" in text


def test_a_processor_without_a_family_is_its_brand(bench, tmp_path):
    bench["machine"]["cpu_family"] = None
    page = tmp_path / "page.md"
    page.write_text("<!-- begin: machine -->\n<!-- end: machine -->\n")
    assert "Brand, 2 processors" in update(bench, page)


def test_three_digits_are_significant_whatever_the_size(bench, tmp_path):
    bench["stages"][0]["stages"][0] |= {"ms_per_item": spread(0.00041), "cpu_ms_per_item": spread(9.996)}
    page = tmp_path / "page.md"
    page.write_text("<!-- begin: stages -->\n<!-- end: stages -->\n")
    assert "| 0.000410 (0.000205 - 0.000820) | 10.00 (5.00 - 20.0) |" in update(bench, page)


def page_with(place: str, tmp_path: Path) -> Path:
    page = tmp_path / "page.md"
    page.write_text(f"<!-- begin: {place} -->\n<!-- end: {place} -->\n")
    return page


def test_every_clip_has_its_stages_and_the_box_its_ratio(bench, tmp_path):
    text = update(bench, page_with("stages", tmp_path))
    assert text.index("a folder, 2040x1088:") < text.index("a file, 1280x720:")
    assert text.count("| decode, face's box | frame |") == 2
    assert "| 6.00 (3.00 - 12.0) | 3.00 (1.50 - 6.00) | 167 | 1.50x (0.750 - 3.00) |" in text
    assert "| decode | frame | 10.0 (5.00 - 20.0) | 5.00 (2.50 - 10.0) | 100 |  |" in text


def test_many_videos_stand_beside_one_with_their_ratio(bench, tmp_path):
    text = update(bench, page_with("scaling", tmp_path))
    assert "| 2 | 4 x 2.00 s, 2040x1088 | 90.0 (45.0 - 180) | 1.90x (0.950 - 3.80) | 900 |" in text
    assert "| 2 | 10.0 s, 64x48 | 200 (100 - 400) |  | 300 |" in text


def test_more_processors_compute_more_frames_until_a_stage_in_order_is_the_cap(bench, tmp_path):
    text = update(bench, page_with("model", tmp_path))
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| a f")]
    folder, file, many = "a folder, 2040x1088", "a file, 1280x720", "many folders of 60 frames"
    minutes = "many videos of 1800 frames"
    network, tracking = "the network, 2500 ({} processors)", "tracking, 154 (2.77 processors)"
    assert rows == [
        # 600 ms more of detection in 60 frames: 20 ms a frame
        [folder, many, "crop", "20.0", "100", "400", "1600", "2500", network.format("50.0")],
        [folder, many, "similarity", "28.0", "71.4", "286", "1143", "2286", network.format("70.0")],
        [folder, "one long folder", "crop", "10.0", "200", "800", "2000", "2000", "cropping, 2000 (20.0 processors)"],
        [folder, "one long folder", "similarity", "18.0", "111", "154", "154", "154", tracking],
        [file, minutes, "crop", "10.3", "194", "774", "2500", "2500", network.format("25.8")],
        [file, minutes, "similarity", "18.3", "109", "436", "1745", "2500", network.format("45.8")],
        # FFmpeg's threads: 6 ms of wall time, of 3 ms of processor time
        [file, "one long video", "crop", "10.0", "167", "167", "167", "167", "decoding, 167 (1.67 processors)"],
        [file, "one long video", "similarity", "18.0", "100", "100", "100", "100", "decoding, 100 (1.80 processors)"],
    ]


def test_the_model_stands_beside_what_was_measured_of_such_frames(bench, tmp_path):
    measured = "4 x 2.00 s, 2040x1088; 2 processors): 90.0 (45.0 - 180) frames a second, 90.0 (45.0 - 180) % of the 100"
    assert f"{measured} that" in update(bench, page_with("model", tmp_path))
    bench["options"]["config"]["face"]["alignment"] = "similarity"
    assert "126 (63.0 - 252) % of the 71.4 that" in update(bench, page_with("model", tmp_path))
    bench["scaling"]["many"][0]["width"] = 640
    assert "Measured" not in update(bench, page_with("model", tmp_path))


def test_one_machine_s_line_does_not_stand_above_another_s_tables(bench, tmp_path):
    bench["stages"] = []
    page = tmp_path / "page.md"
    page.write_text("<!-- begin: machine -->\n<!-- end: machine -->\n")
    with pytest.raises(benchmark_page.InputError, match="lacks stages: all parts"):
        update(bench, page)
