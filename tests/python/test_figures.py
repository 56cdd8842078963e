"""Figures of a run's results."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mestr import figures
from mestr.labels import Label, VideoKey
from mestr.programs import figures as script
from mestr.run_results import read_results
from mestr.shipped import shipped_file

ROOT = Path(__file__).parents[2]
INPUT_ERROR = 3
LABELS = "dataset,subject,video,onset,apex,offset,emotion,type\n,,a,21,25,30,positive,micro\n"


def a_video(frames=60, **changes):
    """Scores of all frames but the last two; a face is gone in frames 41 to 45."""
    scores = [0.1] * (frames - 2)
    scores[20:30] = [0.9] * 10
    scores[40:45] = [None] * 5
    usable = [not 40 <= i < 45 for i in range(frames)]
    stretches = [
        {"first_frame": 1, "last_frame": 40, "threshold": 0.5},
        {"first_frame": 46, "last_frame": frames, "threshold": 0.4},
    ]
    found = {"onset": 21, "peak": 25, "offset": 30, "emotion": "positive"}
    data = {
        "frames": frames, "fps": 30.0, "frame_times_s": [i / 30 for i in range(frames)],
        "stretches": stretches, "threshold": 0.4, "first_scored_frame": 1, "scores": scores,
        "smoothed": [None if value is None else value / 2 for value in scores],
        "per_frame": {"usable": usable}, "intervals": [found],
    }  # fmt: skip
    return data | changes


def write_results(folder, **videos):
    """A run's folder; a video that is None failed."""
    (folder / "videos").mkdir(parents=True)
    entries = []
    for name, data in videos.items():
        entry = {"path": f"{name}.mp4", "dataset": "", "subject": "", "video": name}
        if data is None:
            entries.append(entry | {"ok": False, "error": "broken"})
            continue
        (folder / "videos" / f"{name}.json").write_text(json.dumps(data))
        entries.append(entry | {"ok": True, "file": f"videos/{name}.json"})
    (folder / "run.json").write_text(json.dumps({"status": "complete", "videos": entries}))
    return folder


def test_reads_scores_thresholds_and_faces(tmp_path):
    other = a_video(intervals=[])
    results, failed = read_results(write_results(tmp_path, a=a_video(other_faces=[other]), b=None))
    assert failed == ["b.mp4"]
    (result,) = results
    assert result.video == VideoKey("", "", "a")
    first, second = result.faces
    assert [(found.onset, found.peak, found.offset) for found in first.intervals] == [(20, 24, 29)]
    assert second.intervals == []
    assert first.thresholds == [(0, 39, 0.5), (45, 59, 0.4)]
    assert np.isnan(first.scores[40:45]).all() and not first.usable[40:45].any()
    assert first.frames.tolist() == list(range(58))


def test_windows_have_a_score_each_step_and_one_threshold(tmp_path):
    data = a_video(frame_step=7, first_scored_frame=2, scores=[0.5] * 8, smoothed=[0.5] * 8)
    data["stretches"] = [{"first_frame": 1, "last_frame": 60}]
    del data["per_frame"], data["frame_times_s"]
    ((result,), _) = read_results(write_results(tmp_path, a=data))
    assert result.faces[0].frames.tolist() == list(range(1, 57, 7))
    assert result.faces[0].thresholds == [(0, 59, 0.4)]
    assert result.times_s[30] == 1  # of the frame rate, as in results without times


def lines_of(figure):
    (axis,) = figure.axes
    return {line.get_label(): line for line in axis.lines if not line.get_label().startswith("_")}


def test_draws_what_there_is_in_the_colours_of_the_report(tmp_path):
    ((result,), _) = read_results(write_results(tmp_path, a=a_video()))
    colours = json.loads((ROOT / "src/report/page/colours.json").read_text())["light"]
    label = Label(*result.video, 20, 24, 29, "positive", True)
    figure = figures.draw(result, [label], colours)
    lines = lines_of(figure)
    assert set(lines) == {"score", "smoothed", "threshold", "label"}
    assert lines["smoothed"].get_color() == colours["smoothed"]
    shown = lines["smoothed"].get_ydata()
    assert np.isnan(shown).sum() == 1 and len(shown) == 54  # one gap, without a line across it
    assert lines["label"].get_xdata().tolist() == pytest.approx([20 / 30, 29 / 30])
    (axis,) = figure.axes
    assert [text.get_text() for text in axis.texts] == ["positive"]
    assert axis.texts[0].get_color() == colours["positive"]


def test_a_score_that_is_not_smoothed_is_one_line(tmp_path):
    data = a_video()
    ((result,), _) = read_results(write_results(tmp_path, a=data | {"smoothed": data["scores"]}))
    colours = json.loads(shipped_file(figures.COLOURS).read_text())["dark"]
    figure = figures.draw(result, [], colours)
    assert set(lines_of(figure)) == {"smoothed", "threshold"}


@pytest.mark.parametrize("kind, begin", [("pdf", b"%PDF"), ("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_writes_the_same_bytes_each_time(tmp_path, capsys, kind, begin):
    out = write_results(tmp_path / "out", **{"a $x^2$": a_video(), "b": None})
    (tmp_path / "labels.csv").write_text(LABELS)
    written = []
    for _ in range(2):
        assert script.main([str(out), "--format", kind, "--truth", str(tmp_path / "labels.csv")]) == 0
        written.append((out / "figures" / f"a $x^2$.{kind}").read_bytes())
    assert written[0].startswith(begin) and written[0] == written[1]
    assert [path.name for path in (out / "figures").iterdir()] == [f"a $x^2$.{kind}"]
    assert "b.mp4 failed in the run: no figure" in capsys.readouterr().err


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"scores": [0.5] * 90, "smoothed": [0.5] * 90}, "outside of its 60 frames"),
        ({"intervals": [{"onset": 50, "peak": 55, "offset": 61, "emotion": "x"}]}, "outside of its 60"),
        ({"intervals": [{"onset": 0, "peak": 1, "offset": 2, "emotion": "x"}]}, "outside of its 60"),
        ({"frame_times_s": [0.0]}, "1 times for 60 frames"),
        ({"per_frame": {"usable": [True]}}, "outside of its 60 frames"),
        ({"stretches": 5}, "not what mestr run writes"),
        ({"scores": ["x"] * 58}, "not what mestr run writes"),
    ],
)
def test_refuses_results_that_are_broken(tmp_path, capsys, changes, why):
    out = write_results(tmp_path / "out", a=a_video(**changes))
    assert script.main([str(out)]) == INPUT_ERROR
    said = capsys.readouterr().err
    assert "a.json" in said and why in said and said.count("\n") == 1
    assert not (out / "figures").exists()


def test_refuses_a_folder_that_no_run_wrote(tmp_path, capsys):
    assert script.main([str(tmp_path)]) == INPUT_ERROR
    assert "mestr run writes it" in capsys.readouterr().err
    assert script.main([str(write_results(tmp_path / "out", a=None))]) == INPUT_ERROR
    assert "no video that succeeded" in capsys.readouterr().err


def test_a_record_leads_to_no_file_elsewhere(tmp_path):
    out = write_results(tmp_path / "out", a=a_video())
    run = json.loads((out / "run.json").read_text())
    run["videos"][0]["file"] = "/etc/../../videos/a.json"
    (out / "run.json").write_text(json.dumps(run))
    ((result,), _) = read_results(out)
    assert result.file == out / "videos" / "a.json"


def test_runs_as_a_program(tmp_path):
    out = write_results(tmp_path / "out", a=a_video())
    command = [sys.executable, ROOT / "scripts" / "figures.py", out, "-o", tmp_path / "f", "--format", "svg"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"wrote {tmp_path}/f/a.svg\n"
