"""Trains a MEAN model from the features that `mestr features` wrote and a label CSV.

  mestr features VIDEOS... --labels labels.csv -o features
  %(prog)s features --labels labels.csv -o models --name my_mean \\
      --test-subjects 3,7 --training-data "my data set" --licence "my terms"

Writes NAME.pt, the model card NAME.md, and NAME_report/ with the losses (JSON, PNG) and a plot of
the scores of each held-out video. With --loso it trains one model a subject, NAME_SUBJECT.pt, and
writes NAME_loso.yaml, a config with which `mestr run` takes for each video the model that has not
seen its subject.

The defaults are the published recipe. Two runs with the same arguments give the same weights on
one machine's CPU.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mestr.programs import exit_code_of, flags, say
from mestr.programs.flags import names, not_negative, positive
from mestr.train.mean_options import (
    DEFAULT_CLASSES,
    HEAD_L2,
    RECOGNITION_SAMPLES,
    STREAM_L2,
    MeanOptions,
)

if TYPE_CHECKING:
    from mestr.train.feature_set import FeatureSource


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    data = flags.add_data_flags(parser, f"default: {DEFAULT_CLASSES}, or --init's")
    flags.add_rate_flag(data)
    data.add_argument(
        "--k-p",
        type=positive(int),
        help="frames at --fps; default: half the mean length of the labelled micro-expressions",
    )
    flags.add_split_flags(parser)


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
    output = flags.add_output_flags(parser, "mean", "threshold parameter (default 0.55)", 0.55)
    output.add_argument("--report", type=Path, help="folder of losses and plots")
    output.add_argument("--no-plots", action="store_true")
    flags.add_compute_flags(parser)


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = flags.new_parser(__doc__)
    add_data_arguments(parser)
    add_recipe_arguments(parser)
    add_tuning_arguments(parser)
    add_output_arguments(parser)
    return parser.parse_args(argv)


def options_of(arguments: argparse.Namespace) -> MeanOptions:
    return MeanOptions(
        classes=tuple(arguments.classes) if arguments.classes else None,
        fps=arguments.fps,
        k_p_frames=arguments.k_p,
        window_frames=arguments.spot_window,
        recognition_samples=arguments.recognition_samples,
        spot_epochs=arguments.spot_epochs,
        recog_epochs=arguments.recog_epochs,
        learning_rate=arguments.learning_rate,
        batch=arguments.batch,
        stream_l2=arguments.stream_l2,
        head_l2=arguments.head_l2,
        balance_classes=arguments.balance_classes,
        init=arguments.init,
        freeze=tuple(arguments.freeze),
        p=arguments.p,
        seed=arguments.seed,
        device=arguments.device,
        threads=arguments.threads,
    )


def train(arguments: argparse.Namespace) -> None:
    train_on(arguments.features, arguments)


def train_on(features: "FeatureSource", arguments: argparse.Namespace) -> None:
    """With features from elsewhere than `arguments.features`."""
    from mestr.train.mean import train_mean_folds
    from mestr.train.mean_files import MeanOutput, write_folds
    from mestr.train.training import deterministic

    options, about = options_of(arguments), flags.about_of(arguments)
    split = flags.split_of(arguments)
    plots = not arguments.no_plots
    output = MeanOutput(arguments.output, about.name, arguments.report, plots)
    with deterministic(options.threads):  # the report's scores too
        results = train_mean_folds(features, arguments.labels, options, about, split, say)
        write_folds(results, output, split.leave_one_out, say)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: train(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
