#!/usr/bin/env python3
"""Trains a MEAN model from the features that `mestr features` wrote and a label CSV.

  mestr features VIDEOS... --labels labels.csv -o features
  scripts/train_mean.py features --labels labels.csv -o models --name my_mean \\
      --test-subjects 3,7 --training-data "my data set" --licence "my terms"

Writes NAME.pt, the model card NAME.md, and NAME_report/ with the losses (JSON, PNG) and a plot of
the scores of each held-out video. With --loso it trains one model a subject, NAME_SUBJECT.pt, and
writes NAME_loso.yaml, a config with which `mestr run` takes for each video the model that has not
seen its subject.

The defaults are the published recipe. Two runs with the same arguments give the same weights on
one machine's CPU.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from mestr_train import exit_code_of
from mestr_train.recipe import DEFAULT_CLASSES, HEAD_L2, RECOGNITION_SAMPLES, STREAM_L2

Number = TypeVar("Number", int, float)


def positive(kind: Callable[[str], Number]) -> Callable[[str], Number]:
    def parse(text: str) -> Number:
        value = kind(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f"must be above 0, not {text}")
        return value

    return parse


def not_negative(kind: Callable[[str], Number]) -> Callable[[str], Number]:
    def parse(text: str) -> Number:
        value = kind(text)
        if not value >= 0:
            raise argparse.ArgumentTypeError(f"must be 0 or more, not {text}")
        return value

    return parse


def names(text: str) -> list[str]:
    found = [name.strip() for name in text.split(",")]
    if not all(found):
        raise argparse.ArgumentTypeError("must be names separated by commas")
    return found


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    data = parser.add_argument_group("data")
    data.add_argument("features", type=Path, nargs="+", help="folders that mestr features wrote")
    data.add_argument(
        "--labels", type=Path, action="append", required=True, help="label CSV; repeatable"
    )
    data.add_argument("--classes", type=names, help=f"default: {DEFAULT_CLASSES}, or --init's")
    data.add_argument(
        "--fps", type=positive(float), help="frame rate of the record, if the videos have several"
    )
    data.add_argument(
        "--k-p",
        type=positive(int),
        help="frames at --fps; default: half the mean length of the labelled micro-expressions",
    )

    split = parser.add_argument_group("split (default: train on every subject)")
    exclusive = split.add_mutually_exclusive_group()
    exclusive.add_argument("--test-subjects", type=names, help="held out; the others train")
    exclusive.add_argument("--loso", action="store_true", help="leave each subject out once")
    split.add_argument("--train-subjects", type=names, help="only these train")


def add_recipe_arguments(parser: argparse.ArgumentParser) -> None:
    recipe = parser.add_argument_group("recipe (defaults: as published)")
    recipe.add_argument("--spot-epochs", type=not_negative(int), default=10)
    recipe.add_argument("--recog-epochs", type=not_negative(int), default=100)
    recipe.add_argument("--learning-rate", type=positive(float), default=5e-4)
    recipe.add_argument("--batch", type=positive(int), default=32)
    recipe.add_argument("--stream-l2", type=not_negative(float), default=STREAM_L2)
    recipe.add_argument("--head-l2", type=not_negative(float), default=HEAD_L2)
    recipe.add_argument(
        "--spot-window",
        type=positive(int),
        metavar="FRAMES",
        help="pair i is a positive when frames [i, i + FRAMES) touch a micro-expression, at the "
        "record's frame rate (default: k_p, as published)",
    )
    recipe.add_argument(
        "--recognition-samples",
        choices=RECOGNITION_SAMPLES,
        default="onset-apex",
        help="onset-apex: one pair an expression, as published; sliding: every pair (i, i + k) "
        "with its middle between onset and apex, which is what is recognised at inference",
    )
    recipe.add_argument(
        "--balance-classes", action="store_true", help="weight classes by 1 / their frequency"
    )
    recipe.add_argument("--seed", type=not_negative(int), default=1)


def add_tuning_arguments(parser: argparse.ArgumentParser) -> None:
    tune = parser.add_argument_group("fine-tuning")
    tune.add_argument(
        "--init",
        type=Path,
        metavar="FILE.pt",
        help="start from this model; it is code, so take it from people you trust",
    )
    tune.add_argument(
        "--freeze",
        type=names,
        default=[],
        metavar="NAMES",
        help="parts that keep their weights, e.g. stream_u,stream_v,stream_strain,spot.conv",
    )


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    output = parser.add_argument_group("output")
    output.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    output.add_argument("--name", default="mean", help="of the model and its files")
    output.add_argument("--model-version", default="1")
    output.add_argument("--p", type=float, default=0.55, help="threshold parameter (default 0.55)")
    output.add_argument("--training-data", required=True, help="what the data is, in words")
    output.add_argument("--licence", required=True, help="terms of the weights, in words")
    output.add_argument("--report", type=Path, help="folder of losses and plots")
    output.add_argument("--no-plots", action="store_true")

    compute = parser.add_argument_group("compute")
    compute.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    compute.add_argument(
        "--threads", type=positive(int), default=1, help="another number, other last bits"
    )


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_data_arguments(parser)
    add_recipe_arguments(parser)
    add_tuning_arguments(parser)
    add_output_arguments(parser)
    return parser.parse_args(argv)


def train(arguments: argparse.Namespace) -> None:
    from mestr_train import command

    command.train(arguments)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of("train_mean.py", lambda: train(arguments))


if __name__ == "__main__":
    sys.exit(main())
