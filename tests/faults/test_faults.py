"""Whatever call fails: a documented exit code, one line, nothing half-written, and what was there before stays."""

import errno
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from walk import FILE_FAULTS, MESTR, Command, Fault, Walk

pytestmark = pytest.mark.skipif(bool(os.environ["MESTR_SANITIZE"]), reason="sanitizers have their own allocator")

# Every fault is tried where this is set; else some of each kind, so that the tests take a minute.
ALL = bool(os.environ.get("MESTR_FAULTS_ALL"))


def synth_arguments(out: Path, kind: str, *more: str) -> list[str]:
    return ["synth", "-o", str(out), "--format", kind, "--fps", "10", "--count", "1", "--contexts", "still", "--jobs",
            "1", *more]


# Rendering takes most of a call's time: as little of it as there can be.
TINY = ("--clips", "1", "--seconds", "1", "--gap", "0.1", "--size", "160x120")


def run_arguments(clips: Path, out: Path) -> list[str]:
    return ["run", str(clips / "one.csv"), "-o", str(out), "--config", "demo", "-q", "-j", "1"]


def features_arguments(clips: Path, manifest: str, out: Path) -> list[str]:
    return ["features", str(clips / manifest), "-o", str(out), "--config", "demo", "-q", "-j", "1", "--labels",
            str(clips / "labels.csv")]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two of them, the first one's manifest one.csv, its features and its results."""
    folder = tmp_path_factory.mktemp("clips") / "set"
    size = ("--clips", "2", "--seconds", "2", "--size", "320x240")
    subprocess.run([MESTR, *synth_arguments(folder, "mp4", *size)], check=True, capture_output=True)
    rows = (folder / "manifest.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "one.csv").write_text("".join(rows[:2]), encoding="utf-8")
    subprocess.run([MESTR, *features_arguments(folder, "one.csv", folder / "features")], check=True)
    subprocess.run([MESTR, *run_arguments(folder, folder / "results")], check=True, capture_output=True)
    return folder


def keep_notes(out: Path) -> None:
    out.mkdir()
    (out / "notes.txt").write_text("mine\n", encoding="utf-8")


def run_command(clips: Path, work: Path) -> Command:
    return Command(run_arguments(clips, work / "out"), work / "out", keep_notes, ("predictions.csv",))


def render_command(clips: Path, work: Path) -> Command:
    video = (clips / "one.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[3]
    arguments = ["render", str(clips / video), "--results", str(clips / "results"), "-o",
                 str(work / "out" / "annotated.mp4"), "--hide", "landmarks,regions"]
    return Command(arguments, work / "out", keep_notes)


def features_command(clips: Path, work: Path) -> Command:
    out = work / "out"
    return Command(features_arguments(clips, "manifest.csv", out), out,
                   lambda out: shutil.copytree(clips / "features", out))


def evaluate_command(clips: Path, work: Path) -> Command:
    out = work / "out"
    predictions = work / "predictions.csv"
    predictions.write_text("dataset,subject,video,onset,offset,emotion\nsynth,1,s01_a,2,9,negative\n",
                           encoding="utf-8")
    return Command(["evaluate", "--pred", str(predictions), "--truth", str(clips / "labels.csv"), "--json",
                    str(out / "all.json"), "--csv", str(out / "scores.csv")], out, keep_notes)


def synth_avi_command(_clips: Path, work: Path) -> Command:
    return Command(synth_arguments(work / "out", "avi", *TINY), work / "out")


def synth_frames_command(_clips: Path, work: Path) -> Command:
    return Command(synth_arguments(work / "out", "frames", *TINY), work / "out")


# With how large an allocation counts, and which n are tried: every one, every second...
COMMANDS = {
    "evaluate": (evaluate_command, 500, 1, 3),
    "run": (run_command, 200_000, 2, 13),
    "features": (features_command, 200_000, 4, 13),
    "render": (render_command, 200_000, 1, 13),
    "synth avi": (synth_avi_command, 50_000, 4, 67),
    "synth frames": (synth_frames_command, 50_000, 19, 67),
}


@pytest.fixture(scope="module", params=COMMANDS)
def walk(request: pytest.FixtureRequest, clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    make, large_bytes, *_ = COMMANDS[request.param]
    return Walk(make(clips, tmp_path_factory.mktemp("walk")), large_bytes)


@pytest.mark.parametrize("fault", FILE_FAULTS, ids=lambda fault: f"{fault.call}-{errno.errorcode[fault.error]}")
def test_a_file_that_cannot_be_written(walk: Walk, fault: Fault, request: pytest.FixtureRequest):
    stride = COMMANDS[request.node.callspec.params["walk"]][2]
    assert not list(walk.problems(fault, 1 if ALL else stride))


def test_the_calls_that_write_a_file_are_found(walk: Walk):
    assert all(walk.counts[call] > 0 for call in ("open", "write", "close", "rename", "alloc"))


@pytest.mark.parametrize("lasts", [False, True], ids=["once", "from then on"])
def test_memory_that_is_not_there(walk: Walk, lasts: bool, request: pytest.FixtureRequest):
    stride = COMMANDS[request.node.callspec.params["walk"]][3]
    assert not list(walk.problems(Fault("alloc", errno.ENOMEM, lasts), 1 if ALL else stride))
