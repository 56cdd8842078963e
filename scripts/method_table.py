#!/usr/bin/env python3
"""The methods side by side on the same clips, as one Markdown table: what each finds, how large its
network is, and how many frames a second `mestr run` does with it.

  scripts/method_table.py out/window_model models/*.pt [--update docs/video-level.md]

Reads, for each model NAME.pt, FOLDER/judged_NAME (an output folder of `mestr run` with the
score.json of `mestr evaluate --bootstrap` in it) and FOLDER/timed_NAME_1, _2, ... (of runs that
nothing else disturbed); scripts/train_window_model.sh makes them.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import source_tree  # noqa: F401
from mestr.programs import exit_code_of, flags


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = flags.new_parser(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("models", type=Path, nargs="+", metavar="model")
    parser.add_argument(
        "--update",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE.md",
        help="replaces the table between <!-- begin: methods --> and <!-- end: methods -->",
    )
    return parser.parse_args(argv)


def write(arguments: argparse.Namespace) -> None:
    from mestr_documents import method_table

    method_table.write(arguments)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: write(arguments), "method_table.py")


if __name__ == "__main__":
    sys.exit(main())
