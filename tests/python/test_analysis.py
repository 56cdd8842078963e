"""mestr.analyze: the results of the program, as arrays."""

import json
import logging
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mestr
from conftest import FPS, run_program

WINDOWS = {"model": str(Path(__file__).parents[2] / "models" / "people_window.pt"), "config": "boosting_cas"}
# Of sequences, of pairs and of windows.
FLAGS = [{}, {"config": "mean_cas"}, WINDOWS]


def results_in(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "run.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module", params=FLAGS, ids=["sequences", "pairs", "windows"])
def both(request, clip, analysis, run_of):
    """The same analysis by the package and by the program."""
    flags = [word for name, value in request.param.items() for word in (f"--{name}", value)]
    return mestr.analyze(clip, FPS, **request.param) if flags else analysis, run_of(*flags)


def values(numbers: list[float | None]) -> np.ndarray:
    return np.array([np.nan if number is None else number for number in numbers])


def test_files_have_the_program_s_bytes(both, tmp_path):
    analysis, out = both
    analysis.save(tmp_path / "saved")
    assert results_in(tmp_path / "saved") == results_in(out)
    assert any(name.startswith("videos/") for name in results_in(out))


def test_arrays_are_the_values_of_the_files(both):
    analysis, out = both
    video = json.loads((out / "videos" / "clear.json").read_text(encoding="utf-8"))
    assert (analysis.frames, analysis.fps, analysis.width) == (video["frames"], video["fps"], video["width"])
    assert analysis.threshold == video["threshold"]
    assert np.array_equal(analysis.scores, values(video["scores"]).astype(np.float32), equal_nan=True)
    assert np.array_equal(analysis.smoothed, values(video["smoothed"]), equal_nan=True)
    assert np.allclose(analysis.times, video["frame_times_s"], atol=1e-6)
    assert analysis.score_frames[0] + 1 == video["first_scored_frame"]
    assert analysis.probabilities.shape == (len(analysis.scores), len(analysis.classes))
    assert np.array_equal(analysis.valid, ~np.isnan(analysis.scores))
    assert [found.onset + 1 for found in analysis.intervals] == [found["onset"] for found in video["intervals"]]
    assert [found.emotion for found in analysis.intervals] == [found["emotion"] for found in video["intervals"]]


def test_faces_are_there_in_every_frame_with_alignment_similarity(analysis, run_of):
    video = json.loads((run_of() / "videos" / "clear.json").read_text(encoding="utf-8"))
    per_frame = video["per_frame"]
    assert analysis.faces.usable.all() and set(analysis.faces.cause) == {""}
    assert analysis.faces.landmarks.shape == (60, 68, 2) and analysis.faces.box.shape == (60, 4)
    assert analysis.faces.box.tolist() == per_frame["box"]
    assert np.allclose(analysis.faces.yaw_deg, per_frame["yaw_deg"], atol=0.051)


def test_progress_comes_in_the_caller_s_thread_and_never_falls(clip):
    told = []
    mestr.analyze(clip, FPS, progress=lambda done, expected: told.append((done, expected)))
    assert told[-1] == (60, 60)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_what_progress_raises_ends_the_analysis(clip):
    def refuse(_done: int, _expected: int | None) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        mestr.analyze(clip, FPS, progress=refuse)


def test_lines_of_the_program_go_to_the_logger(clip, caplog):
    with caplog.at_level(logging.INFO, "mestr"):
        mestr.analyze(clip, FPS)
    assert any("k_p = " in line for line in caplog.messages)


@pytest.mark.parametrize(
    ("name", "options", "kind"),
    [
        ("missing.mp4", {}, mestr.InputError),
        ("clip", {"model": "missing.pt"}, mestr.ModelError),
        ("clip", {"config": "nobody"}, mestr.ConfigError),
        ("clip", {"settings": {"spot.k_s": 99}}, mestr.ConfigError),
        ("clip", {"settings": {"flow.method": "cuda"}, "device": "cuda"}, mestr.DeviceError),
    ],
)
def test_errors_have_the_program_s_line(name, options, kind, clip, tmp_path):
    path = str(clip) if name == "clip" else name
    flags = [f"--{key}={value}" for key, value in options.items() if key != "settings"]
    flags += [f"--set={key}={value}" for key, value in options.get("settings", {}).items()]
    program = run_program("run", path, "--fps", FPS, "-o", tmp_path / "out", *flags)
    if kind is mestr.DeviceError and program.returncode == 0:
        pytest.skip("there is a device")
    with pytest.raises(kind) as raised:
        mestr.analyze(path, FPS, **options)
    assert str(raised.value) in program.stderr
    assert "\n" not in str(raised.value)
    assert isinstance(raised.value, mestr.MestrError)


def test_a_folder_of_other_things_is_not_written_into(analysis, tmp_path):
    (tmp_path / "predictions.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(mestr.ConfigError, match=r"predictions\.csv"):
        analysis.save(tmp_path)
    assert (tmp_path / "predictions.csv").read_text(encoding="utf-8") == "mine"


def test_no_libtorch_comes_into_the_process(clip):
    script = (
        f"import mestr\nmestr.analyze({str(clip)!r}, {FPS})\n"
        "print([line for line in open('/proc/self/maps') if 'torch' in line])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_it_is_shown_in_a_notebook_as_a_table_and_a_plot(analysis):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    assert len(analysis.intervals) == 1
    assert "1 micro-expression<" in analysis._repr_html_() and "<table>" in analysis._repr_html_()
    axes = analysis.plot()
    assert axes.get_title() == "clear" and len(axes.lines) == 3 and len(axes.patches) == 1
    assert analysis.plot(axes) is axes


def test_tables_become_data_frames(analysis):
    pytest.importorskip("pandas")
    frame = analysis.to_pandas()
    assert list(frame.columns) == ["frame", "time_s", "score", "smoothed", "motion_px", *analysis.classes]
    assert len(frame) == len(analysis.scores)
    finds = analysis.intervals.to_pandas()
    assert finds.onset.tolist() == [found.onset for found in analysis.intervals]
    empty = analysis.longer.to_pandas()
    assert len(empty) == 0 and list(empty.columns) == list(finds.columns)


def test_an_analysis_can_be_pickled_but_for_its_files(analysis, tmp_path):
    copy = pickle.loads(pickle.dumps(analysis))
    assert np.array_equal(copy.scores, analysis.scores, equal_nan=True)
    assert copy.intervals == analysis.intervals and len(copy.longer.columns()) == 11
    with pytest.raises(mestr.InputError, match="no copy"):
        copy.save(tmp_path / "out")


@pytest.mark.parametrize("faces", [True, False])
def test_the_report_is_one_page(analysis, tmp_path, faces):
    analysis.report(tmp_path / "page.html", faces=faces)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "clear" in page
    assert (re.search(r'"[^"]*/9j/[^"]*"', page) is not None) == faces  # how a JPEG begins in base64
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
