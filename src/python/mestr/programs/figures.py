"""Writes a figure a video of a run's results, for a paper: the score over time, its threshold, what
was found, and what could not be judged.

  %(prog)s OUT                                # OUT/figures/<video>.pdf
  %(prog)s OUT --truth labels.csv --format svg -o figures

OUT is a folder of mestr run. The colours are those of mestr report.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from mestr.programs import exit_code_of


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", type=Path, metavar="OUT")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="for the figures (default: OUT/figures)"
    )
    parser.add_argument("--format", choices=("pdf", "svg", "png"), default="pdf")
    parser.add_argument(
        "--truth", type=Path, metavar="LABELS.csv", help="draws the labels too, above the score"
    )
    parser.add_argument("--dark", action="store_true", help="for a dark background")
    return parser.parse_args(argv)


def write(arguments: argparse.Namespace) -> None:
    from mestr import figures

    figures.write(arguments)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: write(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
