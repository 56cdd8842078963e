"""Whatever call fails: a documented exit code, one line, nothing half-written, and what was there before stays."""

import errno
import os
import subprocess
from pathlib import Path

import pytest
from walk import FILE_FAULTS, MESTR, Command, Fault, Walk

pytestmark = pytest.mark.skipif(bool(os.environ["MESTR_SANITIZE"]), reason="sanitizers have their own allocator")

# Every fault is tried where this is set; else some of each kind, so that the tests take a minute.
ALL = bool(os.environ.get("MESTR_FAULTS_ALL"))
LARGE_BYTES = 200_000


def stride(sampled: int) -> int:
    return 1 if ALL else sampled


def synth_arguments(out: Path, kind: str) -> list[str]:
    return ["synth", "-o", str(out), "--format", kind, "--clips", "1", "--seconds", "1", "--fps", "20", "--size",
            "320x240", "--count", "1", "--jobs", "1"]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips") / "set"
    subprocess.run([MESTR, *synth_arguments(folder, "video")], check=True, capture_output=True)
    return folder


def keep_notes(out: Path) -> None:
    out.mkdir()
    (out / "notes.txt").write_text("mine\n", encoding="utf-8")


def command(name: str, clips: Path, work: Path) -> Command:
    out = work / "out"
    clip = str(next(clips.glob("*.avi")))
    labels = str(clips / "labels.csv")
    if name == "run":
        return Command(["run", clip, "-o", str(out), "--config", "demo", "-q", "-j", "1"], out, keep_notes)
    if name == "features":
        return Command(["features", clip, "-o", str(out), "--config", "demo", "-q", "-j", "1", "--labels", labels],
                       out, keep_notes)
    if name == "evaluate":
        predictions = work / "predictions.csv"
        predictions.write_text("dataset,subject,video,onset,offset,emotion\n,,clip,2,9,negative\n", encoding="utf-8")
        return Command(["evaluate", "--pred", str(predictions), "--truth", labels, "--json", str(out / "all.json"),
                        "--csv", str(out / "scores.csv")], out, keep_notes)
    return Command(synth_arguments(out, name.removeprefix("synth ")), out)


@pytest.mark.parametrize("fault", FILE_FAULTS, ids=lambda fault: f"{fault.call}-{errno.errorcode[fault.error]}")
@pytest.mark.parametrize(("name", "sampled"), [("evaluate", 1), ("run", 3), ("features", 3), ("synth video", 3),
                                               ("synth frames", 11)])
def test_a_file_that_cannot_be_written(name: str, sampled: int, fault: Fault, clips: Path, tmp_path: Path):
    walk = Walk(command(name, clips, tmp_path))
    assert not list(walk.problems(fault, stride(sampled)))


@pytest.mark.parametrize(("name", "sampled"), [("evaluate", 1), ("run", 41), ("features", 41), ("synth video", 41)])
def test_memory_that_is_not_there(name: str, sampled: int, clips: Path, tmp_path: Path):
    walk = Walk(command(name, clips, tmp_path))
    for lasts in (False, True):
        fault = Fault("alloc", errno.ENOMEM, lasts=lasts, bytes=LARGE_BYTES)
        assert not list(walk.problems(fault, stride(sampled)))
