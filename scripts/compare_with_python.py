#!/usr/bin/env python3
"""Times `mestr run` beside a careful user's Python (tests/microbench/python_baseline.py) on the same synthetic clips,
whole commands from start to end, in turns: once with Debian's OpenCV, whose flow has the same bits, so that the
intervals must be the same, and once with PyPI's opencv-contrib-python.

  scripts/compare_with_python.py --mestr build/release/src/cli/mestr [--update docs/benchmarks.md]

Makes two virtual environments in build/python_rival, clips and results in out/python_rival. Prints the table; --update
puts it into a Markdown file, between its "begin: python" and "end: python" comments.
"""

import argparse
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import source_tree  # noqa: F401
from mestr_documents.machine import processor
from mestr_documents.markdown import table, update

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / "tests" / "microbench" / "python_baseline.py"
MODEL = ROOT / "models" / "mean_synthetic.pt"
COMMON = ["dlib-bin==20.0.1.post1", "scipy==1.10.1"]
# Of those whose TV-L1 is that of the baseline's time (docs/python.md).
PYPI = ["opencv-contrib-python-headless==4.11.0.86"]

FPS = 30  # of mestr synth
DEBIAN = "/usr/lib/python3/"
Intervals = dict[str, set[tuple[int, int, str]]]


@dataclass
class Rival:
    name: str
    command: list[str]
    results: Path
    has_our_bits: bool = False  # of the flow
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def take_turn(self) -> None:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.monotonic()
        done = subprocess.run(self.command, capture_output=True, text=True, check=False)
        self.wall_s.append(time.monotonic() - begin)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu_s.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if done.returncode != 0:
            sys.exit(f"compare_with_python.py: {self.name} failed:\n{done.stderr}")


def python_with(name: str, packages: Sequence[str]) -> str:
    """A Python with Debian's packages and these of PyPI."""
    folder = ROOT / "build" / "python_rival" / name
    python = folder / "bin" / "python"
    marker = folder / "packages.txt"
    if not marker.exists() or marker.read_text(encoding="utf-8") != "\n".join(packages):
        subprocess.run(
            ["/usr/bin/python3", "-m", "venv", "--clear", "--system-site-packages", folder],
            check=True,
        )
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", *packages],
            check=True,
        )
        marker.write_text("\n".join(packages), encoding="utf-8")
    return str(python)


def make_clips(args: argparse.Namespace, folder: Path) -> None:
    command = [
        args.mestr,
        "synth",
        "-o",
        folder,
        "--overwrite",
        "--quiet",
        "--clips",
        args.clips,
        "--format",
        "frames",
    ]
    command += [
        "--seconds",
        args.seconds,
        "--size",
        args.size,
        "--subjects",
        f"501-{500 + args.clips}",
    ]
    subprocess.run([str(part) for part in command], check=True)


def rivals(args: argparse.Namespace, clips: Path, out: Path) -> list[Rival]:
    run = [
        args.mestr,
        "run",
        clips / "manifest.csv",
        "-o",
        out / "mestr",
        "--config",
        "mean_cas",
        "--model",
        MODEL,
    ]
    run += ["--jobs", args.jobs, "--overwrite", "--quiet"]
    found = [Rival("mestr run", [str(part) for part in run], out / "mestr")]
    pythons = {"Python, Debian's OpenCV": COMMON, "Python, PyPI's OpenCV": COMMON + PYPI}
    for name, packages in pythons.items():
        file = out / f"{len(found)}.json"
        command = [
            python_with(f"env{len(found)}", packages),
            BASELINE,
            clips / "manifest.csv",
            "--model",
            MODEL,
        ]
        command += ["--jobs", args.jobs, "--json", file]
        found.append(Rival(name, [str(part) for part in command], file, has_our_bits=packages is COMMON))
    return found


def found_by_mestr(folder: Path) -> Intervals:
    """Frames from 0, as the other has them."""
    found: Intervals = {}
    for file in folder.glob("*_pred.csv"):
        dataset = file.name.removesuffix("_pred.csv")
        with open(file, newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                interval = (int(row["onset"]) - 1, int(row["offset"]) - 1, row["emotion"])
                found.setdefault(f"{dataset}/{row['subject']}/{row['video']}", set()).add(interval)
    return found


def found_by_python(report: dict) -> Intervals:
    return {
        video: {(entry["onset"], entry["offset"], entry["emotion"]) for entry in intervals}
        for video, intervals in report["found"].items()
        if intervals
    }


def flow_distance(rivals_: list[Rival], out: Path) -> tuple[float, float]:
    """Mean and largest difference of the two OpenCVs' flows, px."""
    import numpy as np

    flows = []
    for rival in rivals_[1:]:
        file = out / f"{rival.results.stem}.npy"
        subprocess.run([*rival.command, "--flows", str(file)], check=True)
        flows.append(np.load(file))
    difference = np.abs(flows[0] - flows[1])
    return float(difference.mean()), float(difference.max())


def spread(values: Sequence[float]) -> str:
    low, middle, high = statistics.quantiles([*values, *values[:1]][: max(2, len(values))], n=4, method="inclusive")
    return f"{middle:.2f} ({low:.2f} - {high:.2f})"


def require_ours(rival: Rival, report: dict, intervals: Intervals) -> None:
    """Of the rival whose flow has the bits of `exact`: what it was, and what it found."""
    if report["ipp"] or not report["opencv_file"].startswith(DEBIAN):
        sys.exit(f"compare_with_python.py: {report['opencv_file']} is not Debian's OpenCV, but {rival.name} needs it")
    if found_by_python(report) != intervals:
        sys.exit(f"compare_with_python.py: {rival.name} finds other intervals, and its flow has the same bits")
    if not intervals:
        sys.exit("compare_with_python.py: nothing was found on these clips, so that nothing is compared; take more")


def row_of(rival: Rival, ours: Rival, intervals: Intervals, frames: int) -> list[str]:
    count = sum(map(len, intervals.values()))
    per_second = f"{frames / statistics.median(rival.wall_s):.0f}"
    row = [rival.name, spread(rival.wall_s), per_second, spread(rival.cpu_s)]
    if rival is ours:
        return [*row, "", "", "", str(count)]
    report = json.loads(rival.results.read_text(encoding="utf-8"))
    theirs = found_by_python(report)
    if rival.has_our_bits:
        require_ours(rival, report, intervals)
    pairs = ((rival.wall_s, ours.wall_s), (rival.cpu_s, ours.cpu_s))
    ratios = [spread([other / own for other, own in zip(*pair, strict=True)]) for pair in pairs]
    same = sum(len(found & theirs.get(video, set())) for video, found in intervals.items())
    others = sum(map(len, theirs.values())) - same
    return [*row, *ratios, f"{report['stage_cpu_ms']['flow']:.1f}", f"{same} of {count}, and {others} others"]


def libraries_of(rival: Rival) -> str:
    report = json.loads(rival.results.read_text(encoding="utf-8"))
    return "{}: {opencv} (IPP: {ipp}), dlib {dlib}, torch {torch}".format(rival.name, **report)


def results_table(args: argparse.Namespace, all_rivals: list[Rival], distance_px: tuple[float, float]) -> str:
    ours = all_rivals[0]
    intervals = found_by_mestr(ours.results)
    frames = args.clips * round(args.seconds * FPS)
    rows = [row_of(rival, ours, intervals, frames) for rival in all_rivals]
    head = ["command", "seconds", "frames a second", "CPU s", "x", "CPU x", "flow, CPU ms a pair", "same intervals"]
    return (
        f"{processor()}, {args.jobs} processes; {args.clips} clips of {args.seconds:g} s, {args.size}, {FPS} fps; "
        f"{len(ours.wall_s)} turns; medians (quartiles).\n\n{table(head, rows)}\n\n"
        f"{'; '.join(libraries_of(rival) for rival in all_rivals[1:])}. "
        f"The flows of the two differ by {distance_px[0]:.4f} px in the mean, {distance_px[1]:.2f} px at most."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mestr", required=True)
    parser.add_argument("--clips", type=int, default=8, help="default: %(default)s")
    parser.add_argument("--seconds", type=float, default=4, help="of each (default: %(default)s)")
    parser.add_argument("--size", default="640x480", help="WIDTHxHEIGHT (default: %(default)s)")
    parser.add_argument("--turns", type=int, default=3, help="of each command (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="default: %(default)s")
    parser.add_argument("--update", type=Path, help="a Markdown file to put the table into")
    args = parser.parse_args()
    out = ROOT / "out" / "python_rival"
    make_clips(args, out / "clips")
    os.environ["PYTHONNOUSERSITE"] = "1"
    all_rivals = rivals(args, out / "clips", out)
    distance_px = flow_distance(all_rivals, out)
    for turn in range(args.turns):
        for i in range(len(all_rivals)):
            all_rivals[(turn + i) % len(all_rivals)].take_turn()
    text = results_table(args, all_rivals, distance_px)
    print(text)
    if args.update:
        update(args.update, {"python": text})


if __name__ == "__main__":
    main()
