"""Killed or told to stop at any moment, a command's next call goes on, and ends with the bytes of one that nobody
disturbed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from walk import FAULTS, MESTR

pytestmark = pytest.mark.skipif(bool(os.environ["MESTR_SANITIZE"]), reason="sanitizers have their own allocator")

ROOT = Path(__file__).resolve().parents[2]
SEED = 14
# How often each command is killed, and how often in one folder before it may end. Starting takes most of the time.
KILLS = {"run": 50, "features": 5, "merge": 5, "synth avi": 5, "synth frames": 5}
KILLS_A_FOLDER = 10
STOPPED = 130
# What says when and how something was made.
RECORDS = {"run.json", "manifest.json"}


def files_in(folder: Path) -> dict[str, bytes]:
    """By their names, hidden ones too, without the records' bytes."""
    return {
        path.relative_to(folder).as_posix(): b"" if path.name in RECORDS else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def videos_in(out: Path) -> list[dict[str, Any]]:
    return json.loads((out / "run.json").read_text(encoding="utf-8"))["videos"]


def call(arguments: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(MESTR), *arguments], capture_output=True, text=True, errors="replace", check=False,
                          timeout=120, **more)


def killed_call(arguments: list[str], out: Path, moment: int) -> int:
    """Killed as it is about to make the call of that number that changes something below `out`."""
    faults = {"LD_PRELOAD": str(FAULTS), "MESTR_FAULT_BELOW": str(out), "MESTR_FAULT_CALL": "any",
              "MESTR_FAULT_NUMBER": str(moment), "MESTR_FAULT_KILLS": "1"}
    return call(arguments, env=os.environ | faults).returncode


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """three.csv and thirty.csv: so many videos of one small clip."""
    folder = tmp_path_factory.mktemp("clips")
    made = call(["synth", "-o", str(folder / "set"), "--format", "frames", "--clips", "1", "--seconds", "0.4",
                 "--count", "0", "--fps", "25", "--size", "320x240", "--contexts", "still"])
    assert made.returncode == 0, made.stderr
    clip = next((folder / "set").rglob("*.jpg")).parent
    for name, count in (("three.csv", 3), ("thirty.csv", 30)):
        rows = [f"{'cas' if i % 2 else ''},{i},v{i},{clip},30\n" for i in range(count)]
        (folder / name).write_text("dataset,subject,video,path,fps\n" + "".join(rows), encoding="utf-8")
    return folder


def run_arguments(clips: Path, manifest: str, out: Path) -> list[str]:
    return ["run", str(clips / manifest), "-o", str(out), "--model", str(ROOT / "tests/data/model/tiny.pt"), "-j", "1",
            "-q", "--set", "spot.p=0"]


def features_arguments(clips: Path, out: Path) -> list[str]:
    return ["features", str(clips / "three.csv"), "-o", str(out), "-j", "1", "-q"]


def synth_arguments(kind: str, out: Path) -> list[str]:
    return ["synth", "-o", str(out), "--format", kind, "--clips", "3", "--seconds", "0.2", "--fps", "10",
            "--count", "0", "--contexts", "still", "--size", "160x120", "--jobs", "1"]


@pytest.mark.parametrize("command", KILLS)
def test_a_killed_call_is_gone_on_with(clips: Path, tmp_path: Path, command: str):
    def arguments(out: Path) -> list[str]:
        if command == "run":
            return run_arguments(clips, "three.csv", out)
        if command == "merge":
            return ["merge", str(clips / "shard1"), str(clips / "shard2"), "-o", str(out)]
        return features_arguments(clips, out) if command == "features" else synth_arguments(command.split()[1], out)

    if command == "merge":
        for shard in (1, 2):
            made = call([*run_arguments(clips, "three.csv", clips / f"shard{shard}"), "--shard", f"{shard}/2"])
            assert made.returncode == 0, made.stderr

    whole = tmp_path / "whole"
    counts = tmp_path / "counts"
    done = call(arguments(whole), env=os.environ | {"LD_PRELOAD": str(FAULTS), "MESTR_FAULT_BELOW": str(whole),
                                                    "MESTR_FAULT_COUNTS": str(counts)})
    assert done.returncode == 0, done.stderr
    words = counts.read_text(encoding="utf-8").split()
    moments = int(words[words.index("any") + 1])
    assert moments > 20
    good = files_in(whole)
    assert not [name for name in good if Path(name).name.startswith(".")]
    dice = random.Random(SEED)
    kills = 0
    while kills < KILLS[command]:
        out = tmp_path / "out"
        shutil.rmtree(out, ignore_errors=True)
        left = moments  # about so many, after what the calls before have done
        code = -signal.SIGKILL
        for _ in range(min(KILLS_A_FOLDER, KILLS[command] - kills)):
            moment = dice.randint(1, left)
            left = max(left - moment // 2, moments // 4)
            code = killed_call(arguments(out), out, moment)
            if code != -signal.SIGKILL:  # it came to its end before
                break
            kills += 1
        if code != 0:
            done = call(arguments(out))
            assert done.returncode == 0, done.stderr
        assert files_in(out) == good, f"after {kills} kills, the last at call {moment}"
    if command == "run":
        assert json.loads((out / "run.json").read_text(encoding="utf-8"))["status"] == "complete"


def test_a_run_that_is_interrupted_twice_has_the_bytes_of_one_that_is_not(clips: Path, tmp_path: Path):
    assert call(run_arguments(clips, "thirty.csv", tmp_path / "whole")).returncode == 0
    out = tmp_path / "out"
    arguments = run_arguments(clips, "thirty.csv", out)
    for wanted, number in ((5, signal.SIGINT), (15, signal.SIGTERM)):
        with subprocess.Popen([str(MESTR), *arguments], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              text=True) as process:
            while process.poll() is None and not (out / "run.json").exists():
                time.sleep(0.01)
            while process.poll() is None and sum(video.get("ok", False) for video in videos_in(out)) < wanted:
                time.sleep(0.01)
            process.send_signal(number)
            _, err = process.communicate(timeout=60)
        assert process.returncode == STOPPED, err
        assert "told to stop" in err
        assert "the same command goes on" in err
        assert wanted <= sum(video.get("ok", False) for video in videos_in(out)) < 30
        assert json.loads((out / "run.json").read_text(encoding="utf-8"))["status"] == "incomplete"
        evaluated = call(["evaluate", "--pred", str(out), "--truth", str(clips / "set" / "labels.csv")])
        assert f"the results in {out} are not complete: of 30 videos" in evaluated.stderr
    done = call(arguments)
    assert done.returncode == 0, done.stderr
    assert files_in(out) == files_in(tmp_path / "whole")


def test_what_is_told_to_stop_twice_stops_at_once(clips: Path, tmp_path: Path):
    """In the middle of a video that would take minutes."""
    clip = tmp_path / "clip"
    clip.mkdir()
    frame = next((clips / "set").rglob("*.jpg"))
    for i in range(3000):
        (clip / f"img_{i:05}.jpg").hardlink_to(frame)
    out = tmp_path / "out"
    arguments = ["run", str(clip), "-o", str(out), "--fps", "30", "--config", "megc2025", "-j", "1"]
    with subprocess.Popen([str(MESTR), *arguments], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          text=True) as process:
        while process.poll() is None and not (out / "run.json").exists():
            time.sleep(0.01)
        for _ in range(2):
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == STOPPED, err
    assert not list((out / "videos").glob("*"))
