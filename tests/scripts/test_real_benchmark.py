"""scripts/real_benchmark.sh from a video to the tables, with the program that CMake built. The face's
landmarks are given, so that Python needs no dlib."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import made_up_face
from mestr_plant.faces import keep, kept_file
from mestr_plant.footage import Footage
from mestr_plant.landmarks import find_landmarks
from mestr_plant.planted_set import read_manifest, read_planted

SCRIPTS = Path(__file__).parents[2] / "scripts"

needs_program = pytest.mark.skipif("MESTR" not in os.environ, reason="MESTR: path of the program")


def benchmark(*arguments, **environment):
    command = [str(SCRIPTS / "real_benchmark.sh"), *map(str, arguments)]
    environment = {**os.environ, "PYTHON": "/usr/bin/python3", **environment}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """A synthetic person, and where the face roughly is."""
    folder = tmp_path_factory.mktemp("real")
    flags = "--format video --seed 7 --subjects 3 --clips 1 --seconds 3 --count 0 --size 320x320"
    flags += " --contexts still"
    command = [os.environ["MESTR"], "synth", "-o", str(folder / "clips"), *flags.split()]
    subprocess.run(command, capture_output=True, check=True)
    (path,) = read_manifest(folder / "clips").values()
    points = 0.6 * made_up_face.swaying(90) + (64, 66)
    keep(kept_file(path, folder / "out" / "faces"), points, made_up_face.steady_clock(90))
    return path


PLANTING = "--per-minute 40 --intensity 3,4".split()
MODEL = SCRIPTS.parent / "models" / "mean_synthetic.pt"
FAST = ["--", "--set", "flow.method=fast", "--model", str(MODEL)]


@pytest.fixture(scope="module")
def result(video):
    out = video.parents[1] / "out"
    done = benchmark(video, "-o", out, *PLANTING, "--sweep", "spot.min_motion_px=90", *FAST)
    assert done.returncode == 0, done.stderr
    return out, done


@needs_program
def test_one_command_makes_the_tables_of_a_video(result):
    out, done = result
    assert done.stdout == (out / "tables.md").read_text()
    numbers = json.loads((out / "tables.json").read_text())
    planted = read_planted(out / "set")
    assert numbers["planted"]["labels"] == len(planted) >= 1
    hits = sum(group["hits"] for group in numbers["misses"]["by_context"].values())
    assert hits == numbers["planted"]["hits"]
    assert numbers["frozen"]["labels"] == len(planted)
    assert numbers["plain"]["videos"] == 1
    assert numbers["plain"]["minutes"] == pytest.approx(3 / 60)
    assert {m["name"] for m in numbers["made_by"]["models"]} == {"mean_synthetic"}


@needs_program
def test_a_sweep_runs_mestr_with_each_value(result):
    out, _ = result
    sweep = json.loads((out / "tables.json").read_text())["sweep"]
    (high,) = sweep["points"]
    assert (sweep["option"], high["cut"]) == ("spot.min_motion_px", "90")
    assert high["found"] == high["alarms_a_minute"] == 0 and high["plain_videos_empty"] == 1
    run = json.loads((out / "results" / "sweep" / "90" / "plain" / "run.json").read_text())
    assert run["config"]["spot"]["min_motion_px"] == 90


@needs_program
def test_a_second_call_keeps_what_is_planted_and_refuses_other_videos(result, video):
    out, _ = result
    before = {p: p.stat().st_mtime_ns for p in (out / "set").rglob("*.mp4")}
    done = benchmark(video, "-o", out, *PLANTING, *FAST, MESTR="/bin/false")
    assert done.returncode == 1 and "== results/planted" in done.stderr
    assert {p: p.stat().st_mtime_ns for p in (out / "set").rglob("*.mp4")} == before
    done = benchmark(video, "-o", out, "--seeds", "3", *FAST)
    assert done.returncode == 2 and "other flags planted them" in done.stderr


@needs_program
def test_a_set_that_is_planted_already_is_judged(result):
    out, _ = result
    shutil.copytree(out / "faces", out / "again" / "faces")
    flags = [*FAST, "--set", "spot.min_motion_px=90"]
    done = benchmark("--planted", out / "set", "-o", out / "again", *flags)
    assert done.returncode == 0, done.stderr
    numbers = json.loads((out / "again" / "tables.json").read_text())
    assert numbers["frozen"]["labels"] == numbers["planted"]["labels"] >= 1
    assert numbers["plain"]["alarms"] == numbers["planted"]["found"] == 0


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((), "no videos; --help says how to call it"),
        (("none.mp4",), "none.mp4: no such video file"),
        (("--model", "x.pt"), "unknown flag --model; flags of mestr run go after --"),
        (("--planted",), "--planted needs a value"),
        (("--planted", ".", "--seeds", "1"), "nothing can be planted there"),
        (("--planted", "nowhere"), "nowhere/manifest.csv: no such file"),
        (("a.mp4", "--plain", "x"), "--plain and --frozen belong to --planted"),
        (("--planted", "x", "--sweep", "evidence"), "must be OPTION=V1,V2,..."),
    ],
)
def test_a_wrong_call_says_what_is_wrong(tmp_path, arguments, message):
    done = benchmark("-o", tmp_path / "out", *arguments, MESTR="/bin/true")
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("real_benchmark.sh: ") and message in done.stderr
    assert done.stderr.count("\n") == 1 and not (tmp_path / "out").exists()


def test_help_is_its_comment():
    done = benchmark("--help")
    assert done.returncode == 0 and done.stdout.startswith(
        "How well mestr does on your own footage"
    )


@needs_program
def test_landmarks_stay_on_the_face(video):
    pytest.importorskip("dlib", reason="the script takes dlib from PyPI; the tests do without")
    points = find_landmarks(Footage(video).frames_bgr())
    assert np.isfinite(points).all() and points.shape == (90, 68, 2)
    steps = np.abs(np.diff(points, axis=0))
    assert steps.max() < 6 and np.median(steps) < 0.5  # below the pixel that dlib rounds to
    assert (np.median(points[:, 36, 0]) < points[:, 45, 0]).all()
