#!/usr/bin/env python3
"""Writes the card of a model that was trained on synthetic people: what it is, what its evidence
means, and how good it is on others that it has not seen, by what their faces did.

  scripts/people_card.py models/people_sequence.pt --clips out/judge --results out/results_judge \\
      [--reliability models/people_sequence_reliability.json] [--real out/real/tables.md] -o card.md

CLIPS: a set of mestr synth; RESULTS: mestr run's over it, with the score.json of mestr evaluate.
REAL: tables of scripts/real_benchmark.sh, which are taken over as they are.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import source_tree  # noqa: F401
from mestr.programs import exit_code_of


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--reliability", type=Path, help="of a model with evidence")
    parser.add_argument("--real", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    return parser.parse_args(argv)


def write(arguments: argparse.Namespace) -> None:
    from mestr_documents import people_card

    people_card.write(arguments)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: write(arguments), "people_card.py")


if __name__ == "__main__":
    sys.exit(main())
