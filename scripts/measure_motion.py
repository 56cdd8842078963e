#!/usr/bin/env python3
"""Measures how the faces in videos move, and what their cameras add.

  scripts/measure_motion.py anna.mp4 ben.mov [--json figures.json]

Lengths are px at a face width of 200. For each video, and as the median over all: motion of head, brows
and mouth in bands of frequency (RMS) and from frame to frame (quantiles, as at 30 frames a second),
blinks, the mouth's opening, noise and brightness of the picture. The figures that synthetic people
follow (src/synth/footage_statistics.h) were measured so, and their clips are held against them. Takes
videos with one face throughout.

Needs ffmpeg, OpenCV and dlib for Python, and dlib's landmark model.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import source_tree  # noqa: F401
from mestr.files import write_atomically
from mestr.programs import exit_code_of


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("videos", nargs="+", type=Path, help="videos with one face throughout")
    parser.add_argument("--json", type=Path, help="write all figures there, too")
    return parser.parse_args(argv)


def work(arguments: argparse.Namespace) -> None:
    from mestr_plant.motion_statistics import measure, table

    results = {path.stem: measure(path) for path in arguments.videos}
    print(table(results), end="")
    if arguments.json:
        write_atomically(arguments.json, (json.dumps(results, indent=1) + "\n").encode())


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: work(arguments), "measure_motion.py")


if __name__ == "__main__":
    sys.exit(main())
