"""What scripts/real_tables.py counts: hits as `mestr evaluate` does, alarms by what the face did."""

import csv
import json
import os
import random
import subprocess

import numpy as np
import pytest

import made_up_face
import real_tables
from mestr.errors import ConfigError, InputError
from mestr.labels import COLUMNS as LABEL_COLUMNS
from mestr.labels import Label, VideoKey, read_labels
from mestr_plant import tables
from mestr_plant.benchmark import context_minutes, false_alarms, misses, size_class
from mestr_plant.face_motion import Doing, measure
from mestr_plant.planted_set import (
    MANIFEST_COLUMNS,
    TRUTH_COLUMNS,
    Planted,
    read_manifest,
    read_planted,
)
from mestr_plant.score import Found, curve, interval_95, match, quantile, read_found

V, W = VideoKey("real", "anna", "v"), VideoKey("real", "anna", "w")
PREDICTIONS = (
    "dataset,subject,video,onset,apex,offset,onset_s,offset_s,emotion,probability,score".split(",")
)


def label(onset, offset, video=V, emotion="negative"):
    return Label(*video, onset, None, offset, emotion, True)


def find(onset, offset, video=V, score=1.0):
    return Found(video, onset, offset, "negative", {"score": str(score)})


def write_csv(path, columns, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])


# --- hits ---


def test_a_find_hits_the_label_that_it_covers_best_once():
    a, b = label(10, 19), label(20, 29)
    first, second, far = find(10, 17), find(12, 21), find(60, 70)
    assert match([far, second, first], [a, b]) == {a: first}  # the second belongs to a, too
    assert match([find(10, 19, W)], [a]) == {}
    assert match([find(15, 24)], [a, b]) == {}  # a third of either


@pytest.mark.skipif("MESTR" not in os.environ, reason="MESTR: path of the program")
def test_hits_are_those_of_mestr_evaluate(tmp_path):
    chance = random.Random(5)
    labels, found = [], []
    for subject in ("007", "b"):
        for start in range(10, 4000, 40):
            onset = start + chance.randrange(10)
            key = ["real", subject, "v"]
            labels.append([*key, onset, "", onset + chance.randrange(5, 14), "positive", "micro"])
            onset = start + chance.randrange(14)
            offset = onset + chance.randrange(5, 14)
            found.append([*key, onset, onset, offset, 0, 0, "positive", 1, 1])
    chance.shuffle(found)
    write_csv(tmp_path / "labels.csv", LABEL_COLUMNS, labels)
    write_csv(tmp_path / "predictions.csv", PREDICTIONS, found)
    command = [os.environ["MESTR"], "evaluate", "--pred", tmp_path / "predictions.csv"]
    command += ["--truth", tmp_path / "labels.csv", "--json", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    score = next(s for s in json.loads(done.stdout)["scopes"] if s["scope"] == "overall")
    hits = match(read_found(tmp_path / "predictions.csv"), read_labels(tmp_path / "labels.csv"))
    assert len(hits) == score["spotting"]["tp"] > 20
    assert len(hits) < len(labels) - 20


def test_predictions_are_read_as_mestr_writes_them(tmp_path):
    row = ["real", "'=1", "v", 5, 6, 9, 0, 0, "positive", 0.5, 0.7, "blink"]
    write_csv(tmp_path / "p.csv", [*PREDICTIONS, "context"], [row])
    (found,) = read_found(tmp_path / "p.csv")
    assert (found.video, found.onset, found.offset) == (VideoKey("real", "=1", "v"), 4, 8)
    assert found.value("score") == 0.7
    with pytest.raises(
        ConfigError, match=r"has no column evidence; its columns are dataset, .*context"
    ):
        found.value("evidence")
    with pytest.raises(ConfigError, match="context is no number: blink"):
        found.value("context")
    write_csv(tmp_path / "p.csv", PREDICTIONS[1:], [row[1:-1]])
    with pytest.raises(InputError, match=r"p.csv: not what mestr run writes: 'dataset'"):
        read_found(tmp_path / "p.csv")


# --- the curve ---


def test_the_curve_drops_finds_of_less():
    labels = [label(10, 19), label(40, 49)]
    found = [find(10, 19, score=0.9), find(40, 49, score=0.3), find(80, 90, score=0.5)]
    alarms = [find(5, 9, score=0.4), find(5, 9, W, score=0.6), find(50, 60, W, score=0.2)]
    points = curve("score", found, labels, alarms, [V, W])
    assert [p.cut for p in points] == [0.2, 0.3, 0.4, 0.5, 0.6, 0.9]
    assert [p.hits for p in points] == [2, 2, 1, 1, 1, 1]
    assert [p.found for p in points] == [3, 3, 2, 2, 1, 1]
    assert [p.alarms for p in points] == [3, 2, 2, 1, 1, 0]
    assert [p.plain_videos_empty for p in points] == [0, 0, 0, 1, 1, 2]
    assert [round(p.f1(), 2) for p in points] == [0.8, 0.8, 0.5, 0.5, 0.67, 0.67]


def test_the_table_shows_the_best_f1_for_a_number_of_alarms():
    points = [
        {"f1": f, "alarms_a_minute": a}
        for f, a in ((0.3, 25), (0.5, 11), (0.4, 7), (0.4, 3), (0.1, 0))
    ]
    best = [(p["f1"], p["alarms_a_minute"]) for p in tables.best_for_alarms(points)]
    assert best == [(0.1, 0), (0.4, 3), (0.5, 11)]
    assert tables.best_for_alarms([]) == []


def test_intervals_are_of_drawn_videos():
    assert quantile([0, 1, 2, 3, 4], 0.125) == 0.5
    low, high = interval_95([V, W], lambda videos: sum(v == V for v in videos) / 2, 400)
    assert (low, high) == (0.0, 1.0)
    assert interval_95([V, V], lambda videos: len(videos), 10) == (2, 2)


# --- what the face did ---


def a_motion(fps=30):
    """Calm, but for a blink from 40 to 44, talking from 60 to 79 and no face from 90 to 99."""
    points = made_up_face.swaying(120)
    points[60:80, 48:68, 1] += 12 * (np.arange(20) % 4 > 1)[:, None]
    points[90:100] = np.nan
    return measure(points, np.arange(120) / fps)


def test_alarms_are_attributed_to_what_the_face_did():
    motions = {V: a_motion(), W: measure(made_up_face.swaying(60), np.arange(60) / 30)}
    alarms = [find(10, 22), find(38, 50), find(62, 74), find(85, 95), find(104, 116)]
    result = false_alarms(alarms, motions)
    counts = {name: c["alarms"] for name, c in result["by_context"].items()}
    assert counts == {
        "calm": 2,
        "blink": 1,
        "speech or expression": 1,
        "head moving": 0,
        "no face": 1,
    }
    assert (result["videos"], result["videos_empty"]) == (2, 1)
    assert result["minutes"] == pytest.approx(180 / 30 / 60)
    assert result["alarms_a_minute"] == pytest.approx(5 / 0.1)
    assert result["by_video"] == {"real/anna/v": 5, "real/anna/w": 0}
    with pytest.raises(InputError, match=r"real/ben/x: .* the set has no such video"):
        false_alarms([find(1, 2, VideoKey("real", "ben", "x"))], motions)


def test_every_moment_of_the_footage_is_in_one_context():
    minutes = context_minutes([a_motion()])
    assert sum(minutes.values()) == pytest.approx(120 / 30 / 60)
    assert minutes["blink"] > 5 / 30 / 60  # finds around it have it in them
    assert minutes["no face"] > 10 / 30 / 60
    assert minutes["calm"] > minutes["speech or expression"] > 0 == minutes["head moving"]


def test_a_head_moves_or_not_by_seconds_not_by_frames():
    did = Doing(head_px200=1.5, face_px200=0.2, blink=False)
    assert did.context(1 / 30) == "calm" and did.context(1 / 60) == "head moving"
    assert Doing(0.5, 2.5, blink=False).context(1 / 30) == "speech or expression"
    assert Doing(9.0, 9.0, blink=True).context(1 / 30) == "blink"


# --- misses ---


def planted(onset, offset, px200, doing, units=("AU4",), emotion="negative"):
    return Planted(label(onset, offset, emotion=emotion), px200, units, doing)


def test_misses_are_counted_by_context_size_and_kind():
    calm, busy = Doing(0.1, 0.1, blink=False), Doing(0.1, 0.1, blink=True)
    ones = [
        planted(10, 19, 1.5, calm),
        planted(40, 49, 3.0, calm, ("AU12", "AU6"), "positive"),
        planted(80, 89, 4.5, busy),
    ]
    found = [find(10, 19), find(48, 58)]
    result = misses(ones, found, {V: 1 / 30})
    hit, near = (
        {"planted": 1, "hits": 1, "touched_but_no_hit": 0},
        {"planted": 1, "hits": 0, "touched_but_no_hit": 1},
    )
    lost = {"planted": 1, "hits": 0, "touched_but_no_hit": 0}
    assert result["by_context"] == {
        "blink": lost,
        "calm": {"planted": 2, "hits": 1, "touched_but_no_hit": 1},
    }
    assert result["by_size"] == {"1 to 2 px": hit, "3 to 4 px": near, "4 px and more": lost}
    assert result["by_units"]["AU12+AU6"] == near and result["by_emotion"]["positive"] == near


def test_sizes_have_classes():
    calm = Doing(0, 0, blink=False)
    names = [size_class(planted(1, 2, px, calm)) for px in (0.5, 1.0, 3.99, 4.0, 7.0)]
    assert names == ["0 to 1 px", "1 to 2 px", "3 to 4 px", "4 px and more", "4 px and more"]


# --- files ---

TRUTH = [
    ["real", "anna", "v", 11, 15, 20, "negative", 2.5, "AU4+AU7", "1.00/0.90", 0.3, 0.5, 0],
    ["real", "anna", "v", 41, 45, 50, "positive", 1.5, "AU12", "1.00/0.90", 0.3, 0.5, 1],
]


@pytest.fixture
def measured(tmp_path):
    """A planted set, its plain twin, and what mestr found in them."""
    for folder in ("set", "set/plain", "set/frozen"):
        rows = [["real", "anna", "v", "v.mp4", ""]]
        write_csv(tmp_path / folder / "manifest.csv", MANIFEST_COLUMNS, rows)
    labels = [[*row[:7], "micro"] for row in TRUTH]
    write_csv(tmp_path / "set" / "labels.csv", LABEL_COLUMNS, labels)
    write_csv(tmp_path / "set" / "truth.csv", TRUTH_COLUMNS, TRUTH)
    faces = tmp_path / "out" / "faces"
    made_up_face.write_video(tmp_path / "set" / "plain" / "v.mp4", 60, faces=faces)
    for name, intervals in (
        ("planted", [(11, 20), (30, 36)]),
        ("plain", [(30, 36)]),
        ("frozen", []),
    ):
        write_results(tmp_path / "results" / name, intervals)
    for value, intervals in (("0", [(11, 20)]), ("1", [])):
        write_results(tmp_path / "results" / "sweep" / value / "planted", intervals)
        write_results(tmp_path / "results" / "sweep" / value / "plain", intervals)
    return tmp_path


def write_results(folder, intervals):
    rows = [
        ["real", "anna", "v", a, a, b, 0, 0, "negative", 1, 0.5 + a / 100] for a, b in intervals
    ]
    write_csv(folder / "predictions.csv", PREDICTIONS, rows)
    video = {"dataset": "real", "subject": "anna", "video": "v", "ok": True, "file": "videos/v.json"}
    run = {"mestr": "1.2", "models": [{"name": "m", "version": "3", "sha256": 64 * "a"}]}
    run |= {"config": {}, "videos": [video], "files": ["predictions.csv"]}
    (folder / "run.json").write_text(json.dumps(run))
    (folder / "videos").mkdir()
    (folder / "videos" / "v.json").write_text(json.dumps({"fps": 30.0}))
    names = ("spotting_f1", "spotting_precision", "spotting_recall", "uf1", "strs")
    overall = {
        "scope": "overall",
        "labels": 2,
        "predictions": len(rows),
        "spotting": {"tp": 1, "precision": 0.5, "recall": 0.5, "f1": 0.5},
        "recognition": {"uf1": 0.75},
        "strs": 0.25,
        "confidence_95": {name: [0.125, 0.875] for name in names},
    }
    (folder / "score.json").write_text(json.dumps({"scopes": [overall]}))


def make_tables(folder, *flags):
    arguments = ["--planted", folder / "set", "--plain", folder / "set" / "plain"]
    arguments += ["--results", folder / "results", "-o", folder / "out", *flags]
    return real_tables.main([str(a) for a in arguments])


def cells(text, first):
    line = next(line for line in text.splitlines() if line.startswith(f"| {first} "))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_tables_say_what_was_found_and_what_was_not(measured, capsys):
    frozen = "--frozen", measured / "set" / "frozen"
    assert make_tables(measured, *frozen, "--sweep", "min-evidence=0,1") == 0
    text = (measured / "out" / "tables.md").read_text()
    assert text == capsys.readouterr().out and text.startswith("mestr 1.2; m 3 (aaaaaaaaaaaa)\n")
    assert cells(text, "planted")[:5] == ["planted", "2", "2", "1", "0.50 (0.12 - 0.88)"]
    assert cells(text, "frozen")[2] == "0"
    assert cells(text, "1")[2:5] == ["1", "30.0 (30.0 - 30.0)", "0 of 1"]  # in 60 frames, 2 s
    assert cells(text, "calm")[:4] == ["calm", "1 of 1", "0", "1"]
    assert cells(text, "blink")[:4] == ["blink", "0 of 1", "0", "0"]
    assert cells(text, "AU4+AU7")[1] == "1 of 1"
    assert "## With other values of min-evidence" in text
    numbers = json.loads((measured / "out" / "tables.json").read_text())
    assert [p["alarms_a_minute"] for p in numbers["sweep"]["points"]] == [30.0, 0.0]
    assert [p["cut"] for p in numbers["curve"]["points"]] == [0.61, 0.8]
    assert numbers["curve"]["points"][0]["f1"] == 0.5 and numbers["made_by"]["mestr"] == "1.2"
    hits = sum(group["hits"] for group in numbers["misses"]["by_context"].values())
    assert hits == numbers["planted"]["hits"]


def test_a_set_that_does_not_fit_is_named(measured, capsys):
    truth = measured / "set" / "truth.csv"
    write_csv(truth, TRUTH_COLUMNS, TRUTH[:1])
    assert make_tables(measured) == 3
    assert "truth.csv: lacks real/anna/v, frame 41" in capsys.readouterr().err
    write_csv(truth, TRUTH_COLUMNS, [*TRUTH, ["real", "ben", *TRUTH[0][2:]]])
    assert make_tables(measured) == 3
    assert "truth.csv:4:1: labels.csv has no such micro-expression" in capsys.readouterr().err
    write_csv(truth, TRUTH_COLUMNS, [TRUTH[0], [*TRUTH[1][:7], "big", *TRUTH[1][8:]]])
    assert make_tables(measured) == 3
    assert "truth.csv:3:1: could not convert string to float: 'big'" in capsys.readouterr().err


def test_results_that_are_missing_or_of_another_kind_are_named(measured, capsys):
    assert make_tables(measured, "--sweep-column", "evidence") == 2
    assert "predictions.csv has no column evidence" in capsys.readouterr().err
    assert make_tables(measured, "--sweep", "min-evidence=7") == 3
    assert "sweep/7/planted/run.json: No such file" in capsys.readouterr().err
    (measured / "results" / "planted" / "score.json").write_text('{"scopes": []}')
    assert make_tables(measured) == 3
    assert "score.json: not of mestr evaluate with --bootstrap" in capsys.readouterr().err
    (measured / "results" / "plain" / "run.json").unlink()
    assert make_tables(measured) == 3
    assert not (measured / "out" / "tables.md").exists()


def test_what_the_face_did_in_planted_videos_is_in_the_truth(measured):
    ones = read_planted(measured / "set")
    assert [p.doing for p in ones] == [Doing(0.3, 0.5, False), Doing(0.3, 0.5, True)]
    assert ones[0].units == ("AU4", "AU7") and ones[0].label.onset == 10
    assert read_manifest(measured / "set") == {V: measured / "set" / "v.mp4"}
