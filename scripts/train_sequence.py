#!/usr/bin/env python3
"""Trains a network of sequences from the rows that `mestr features` wrote and a label CSV.

  mestr features VIDEOS... --labels labels.csv -o features --config demo \\
      --set features.kind=flow-grid-v1
  scripts/train_sequence.py features --labels labels.csv -o models --name mine \\
      --training-data "my data set" --licence "my terms"

Writes NAME.pt and NAME_loss.csv. The scores of such a network are probabilities: `mestr run` finds
an interval where one reaches the model's p, and nothing where none does. Two runs with the same
arguments give the same weights on one machine's CPU.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from mestr_train import exit_code_of
from mestr_train.recipe import DEFAULT_CLASSES
from train_mean import names, not_negative, positive


def part(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"must lie in [0, 1], not {text}")
    return value


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data = parser.add_argument_group("data")
    data.add_argument("features", type=Path, nargs="+", help="folders that mestr features wrote")
    data.add_argument(
        "--labels", type=Path, action="append", required=True, help="label CSV; repeatable"
    )
    data.add_argument("--classes", type=names, help=f"default: {DEFAULT_CLASSES}")
    data.add_argument(
        "--fps", type=positive(float), help="frame rate of the record, if the videos have several"
    )
    recipe = parser.add_argument_group("recipe")
    recipe.add_argument("--steps", type=positive(int), default=3000)
    recipe.add_argument("--learning-rate", type=positive(float), default=2e-3)
    recipe.add_argument(
        "--plant",
        type=part,
        default=0.5,
        help="part of the pieces that get further micro-expressions, added to their flow",
    )
    recipe.add_argument("--seed", type=not_negative(int), default=1)
    output = parser.add_argument_group("output")
    output.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    output.add_argument("--name", default="sequence", help="of the model and its files")
    output.add_argument("--model-version", default="1")
    output.add_argument("--p", type=part, default=0.5, help="least evidence of a find")
    output.add_argument("--training-data", required=True, help="what the data is, in words")
    output.add_argument("--licence", required=True, help="terms of the weights, in words")
    output.add_argument(
        "--threads", type=positive(int), default=1, help="another number, other last bits"
    )
    return parser.parse_args(argv)


def train(arguments: argparse.Namespace) -> None:
    from mestr_train import sequence_command

    sequence_command.train(arguments)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of("train_sequence.py", lambda: train(arguments))


if __name__ == "__main__":
    sys.exit(main())
