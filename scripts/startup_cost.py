#!/usr/bin/env python3
"""What a start costs: processor time, user and system, of a short `mestr run` and of `mestr doctor`.

Several programs are called in turn, so that whatever else the machine does meets all of them. "until the first frame
is read" is what all threads have used when it is about to be (the message that tells k comes just before it). Medians,
with the smallest and the largest value. Prints the table; --update puts that of one program into a Markdown file,
between its "begin: startup" and "end: startup" comments.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import source_tree  # noqa: F401
from mestr_documents.machine import processor
from mestr_documents.markdown import table, update

ROWS = {
    "first frame": "until the first frame is read",
    "its thread": "of that, the thread that reads it",
    "whole run": "the whole run, with LibTorch and the flow",
    "doctor": "`mestr doctor`",
}


def thread_seconds(process: int) -> dict[int, float]:
    """Thread -> processor seconds so far, as the scheduler counts them."""
    seconds = {}
    for task in Path(f"/proc/{process}/task").iterdir():
        seconds[int(task.name)] = int((task / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    return seconds


def children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure_run(program: Path, video: Path) -> dict[str, float]:
    """A run of `video`, which is stopped for a look when its first frame is about to be read."""
    before = children_seconds()
    seconds: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        command: list[str | Path] = [program, "run", video, "-o", Path(folder) / "out", "--json-progress"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as run:
            assert run.stderr is not None
            for line in run.stderr:
                event = json.loads(line)
                if not seconds and event["event"] == "message" and event["text"].startswith("k = "):
                    os.kill(run.pid, signal.SIGSTOP)
                    seconds = thread_seconds(run.pid)
                    os.kill(run.pid, signal.SIGCONT)
    if not seconds:
        sys.exit(f"{program} did not come to the first frame")
    return {
        "first frame": sum(seconds.values()),
        "its thread": seconds[run.pid],
        "whole run": children_seconds() - before,
    }


def measure(program: Path, video: Path) -> dict[str, float]:
    found = measure_run(program, video)
    before = children_seconds()
    subprocess.run([program, "doctor"], stdout=subprocess.DEVNULL, check=False)
    found["doctor"] = children_seconds() - before
    return found


def make_video(program: Path, folder: Path) -> Path:
    """Long enough to be judged, so that the network runs."""
    flags = ["--format", "mp4", "--clips", "1", "--seconds", "1.5"]
    subprocess.run([program, "synth", "-o", folder / "clips", *flags], capture_output=True, check=True)
    return next((folder / "clips").glob("*.mp4"))


def cell(values: list[float]) -> str:
    milliseconds = [round(1000 * value) for value in sorted(values)]
    return f"{round(statistics.median(milliseconds))} ({milliseconds[0]} to {milliseconds[-1]})"


def results_table(found: Mapping[str, Sequence[dict[str, float]]]) -> str:
    """A column a program."""
    rows = [
        [text, *(cell([one[row] for one in of_program]) for of_program in found.values())] for row, text in ROWS.items()
    ]
    return table(["processor time, ms", *found], rows)


def page_text(found: Sequence[dict[str, float]]) -> str:
    head = f"{processor()}; medians of {len(found)}, with the smallest and the largest."
    return f"{head}\n\n{results_table({'now': found})}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="+", type=Path, help="build/release/src/cli/mestr of this tree and others")
    parser.add_argument("--rounds", type=int, default=9, help="how often each is called (default: 9)")
    parser.add_argument("--update", type=Path, help="a Markdown file to put the table into; of one program")
    arguments = parser.parse_args()
    if arguments.update and len(arguments.programs) > 1:
        parser.error("--update takes the table of one program")
    found: dict[str, list[dict[str, float]]] = {str(program): [] for program in arguments.programs}
    with tempfile.TemporaryDirectory() as folder:
        video = make_video(arguments.programs[0], Path(folder))
        for _ in range(arguments.rounds):
            for program in arguments.programs:
                found[str(program)].append(measure(program, video))
    print(results_table(found))
    if arguments.update:
        update(arguments.update, {"startup": page_text(next(iter(found.values())))})


if __name__ == "__main__":
    main()
