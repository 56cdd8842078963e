#!/usr/bin/env python3
"""Tables of what scripts/real_benchmark.sh measured, as Markdown and JSON.

  scripts/real_tables.py --planted DIR --plain DIR [--frozen DIR] --results OUT/results -o OUT

RESULTS has planted/, plain/ and frozen/: output folders of `mestr run`, planted and frozen with the
score.json of `mestr evaluate --bootstrap` in it. Writes tables.md and tables.json. What the real face
did during a false alarm is measured on the plain videos (dlib, OpenCV, ffmpeg) and kept in OUT/faces.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import source_tree  # noqa: F401
from mestr.files import read_json, write_atomically
from mestr.labels import VideoKey, comparable
from mestr.programs import exit_code_of
from mestr_plant import tables
from mestr_plant.benchmark import MADE_BY, Results, numbers, sweep_point
from mestr_plant.faces import face_motion
from mestr_plant.planted_set import read_manifest, read_planted


def frame_seconds(results: Path, planted: Path, faces: Path) -> dict[VideoKey, float]:
    """Of each planted video: by mestr, or by the footage where mestr could make nothing of it."""
    seconds = {}
    for video in read_json(results / "run.json", MADE_BY)["videos"]:
        key = comparable(VideoKey(video["dataset"], video["subject"], video["video"]))
        if video.get("ok"):
            seconds[key] = 1 / read_json(results / video["file"], MADE_BY)["fps"]
    for key, path in read_manifest(planted).items():
        if key not in seconds:
            seconds[key] = face_motion(path, faces).frame_s()
    return seconds


def make_tables(arguments: argparse.Namespace) -> None:
    faces = arguments.output / "faces"
    results = arguments.results
    motions = {k: face_motion(p, faces) for k, p in read_manifest(arguments.plain).items()}
    measured = numbers(
        read_planted(arguments.planted),
        Results.read(results / "planted", scored=True),
        Results.read(results / "plain", scored=False),
        motions,
        frame_seconds(results / "planted", arguments.planted, faces),
        arguments.sweep_column,
    )
    if arguments.frozen:
        measured["frozen"] = Results.read(results / "frozen", scored=True).score
    if arguments.sweep:
        option, _, values = arguments.sweep.partition("=")
        points = []
        for value in values.split(","):
            folder = results / "sweep" / value
            planted = Results.read(folder / "planted", scored=True)
            plain = Results.read(folder / "plain", scored=False)
            points.append(sweep_point(value, planted, plain, motions))
        measured["sweep"] = {"option": option, "points": points}
    text = tables.document(measured)
    write_atomically(arguments.output / "tables.json", json.dumps(measured, indent=1).encode())
    write_atomically(arguments.output / "tables.md", text.encode())
    print(text, end="")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--planted", type=Path, required=True, help="planted videos")
    parser.add_argument("--plain", type=Path, required=True, help="their plain twins")
    parser.add_argument("--frozen", type=Path, help="frozen faces, planted")
    parser.add_argument("--results", type=Path, required=True, help="what mestr found in them")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the tables")
    parser.add_argument(
        "--sweep-column",
        default="score",
        metavar="COLUMN",
        help="of predictions.csv: the curve drops finds of less (default: score)",
    )
    parser.add_argument(
        "--sweep",
        metavar="OPTION=V1,V2,..",
        help="RESULTS/sweep/V1/ has planted/ and plain/ of it, ...",
    )
    arguments = parser.parse_args(argv)
    return exit_code_of(lambda: make_tables(arguments), "real_tables.py")


if __name__ == "__main__":
    sys.exit(main())
