"""Trains a network of sequences from the rows that `mestr features` wrote and a label CSV.

  mestr features VIDEOS... --labels labels.csv -o features --config demo \\
      --set features.kind=flow-grid-v1
  %(prog)s features --labels labels.csv -o models --name mine \\
      --training-data "my data set" --licence "my terms"

Writes NAME.pt and NAME_loss.csv. The scores of such a network are probabilities: `mestr run` finds
an interval where one reaches the model's p, and nothing where none does. Two runs with the same
arguments give the same weights on one machine's CPU.
"""

import argparse
import dataclasses
from collections.abc import Sequence

from mestr.programs import exit_code_of, flags, say
from mestr.programs.flags import not_negative, part, positive
from mestr.train.mean_options import DEFAULT_CLASSES
from mestr.train.sequence_options import BatchOptions, SequenceOptions


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = flags.new_parser(__doc__)
    flags.add_rate_flag(flags.add_data_flags(parser, f"default: {DEFAULT_CLASSES}"))
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
    flags.add_output_flags(parser, "sequence", "least evidence of a find", 0.5)
    flags.add_compute_flags(parser, with_device=False)
    return parser.parse_args(argv)


def options_of(arguments: argparse.Namespace) -> SequenceOptions:
    options = SequenceOptions(
        fps=arguments.fps,
        steps=arguments.steps,
        learning_rate=arguments.learning_rate,
        batches=BatchOptions(plant=arguments.plant),
        p=arguments.p,
        seed=arguments.seed,
        threads=arguments.threads,
    )
    classes = tuple(arguments.classes or options.classes)
    return dataclasses.replace(options, classes=classes)


def train(arguments: argparse.Namespace) -> None:
    from mestr.train.sequence import train_sequence

    options, about = options_of(arguments), flags.about_of(arguments)
    result = train_sequence(arguments.features, arguments.labels, options, about, say)
    result.write(arguments.output, say)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: train(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
