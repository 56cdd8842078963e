"""Trains a network of windows (ME-TST's, or BoostingVRME's slow-fast one) from the windows that
`mestr features` wrote and a label CSV.

  mestr features VIDEOS... --labels labels.csv -o features --config boosting_samm
  %(prog)s features --labels labels.csv -o models --name mine \\
      --training-data "my data set" --licence "my terms"

Writes NAME.pt and NAME_loss.csv. With --loso it trains one model a subject, NAME_SUBJECT.pt, and
writes NAME_loso.yaml, a config with which `mestr run` takes for each video the model that has not
seen its subject.

The defaults are the published recipes; the size of the network is the published one unless --width,
--states or --depth say another. Two runs with the same arguments give the same weights on one
machine's CPU.
"""

import argparse
from collections.abc import Sequence

from mestr.programs import exit_code_of, flags, say
from mestr.programs.flags import not_negative, positive
from mestr.train.window_options import (
    DECODE,
    EMOTIONS,
    NETWORKS,
    SEED,
    SYNERGY,
    VARIANTS,
    WindowOptions,
)


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    data = flags.add_data_flags(parser, f"without neutral, which is the last; default: {EMOTIONS}")
    data.add_argument(
        "--targets",
        choices=VARIANTS,
        default="mended",
        help="mended: a micro-expression lasts from onset to offset, both in, k_p comes from the "
        "training's subjects, and windows without a face are left out; published: without these two "
        "frames, k_p from all subjects, with windows of zeros",
    )
    data.add_argument(
        "--published-selection",
        action="store_true",
        help="drop videos without a micro-expression, from the test too, where they can only give "
        "false alarms: for comparison with published numbers, not for honest ones",
    )
    data.add_argument(
        "--k-p",
        type=positive(int),
        help="used frames; default: half the mean (metst) or median (slow-fast) length of the "
        "labelled micro-expressions",
    )
    flags.add_split_flags(parser)


def add_recipe_arguments(parser: argparse.ArgumentParser) -> None:
    recipe = parser.add_argument_group("recipe (defaults: as published)")
    recipe.add_argument(
        "--network", choices=NETWORKS, help="default: metst for 10 values a row, slow-fast for 36"
    )
    recipe.add_argument("--epochs", type=positive(int), help="default: metst 30, slow-fast 50")
    recipe.add_argument(
        "--learning-rate", type=positive(float), help="default: metst 1e-4, slow-fast 3e-4"
    )
    recipe.add_argument(
        "--batch", type=positive(int), help="windows; default: 256, of a frame step above 1 32"
    )
    recipe.add_argument(
        "--negatives",
        type=not_negative(float),
        help="windows without a micro-expression for each with one; default: 4, of a frame step "
        "above 1 0.5",
    )
    recipe.add_argument("--seed", type=not_negative(int), default=SEED)
    size = parser.add_argument_group("size (defaults: as published)")
    size.add_argument("--width", type=positive(int), help="default: metst 64, slow-fast 128")
    size.add_argument("--states", type=positive(int), help="of a channel; default: 64")
    size.add_argument(
        "--depth", type=positive(int), help="blocks; default: metst 12, slow-fast 4 a stage"
    )


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    output = flags.add_output_flags(parser, "window", "threshold parameter (default 0.55)", 0.55)
    output.add_argument(
        "--decode",
        choices=DECODE,
        help="default: metst plain, slow-fast scalable; bounds: the network learns from each frame of "
        "a micro-expression to its onset and offset, too, and --p is the least score of an interval",
    )
    output.add_argument(
        "--synergy",
        type=int,
        choices=SYNERGY,
        help="class of a frame: 0 all logits, 1 recognition before spotting, 2 spotting before "
        "recognition; default: metst 2, slow-fast 1",
    )
    flags.add_compute_flags(parser)


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = flags.new_parser(__doc__)
    add_data_arguments(parser)
    add_recipe_arguments(parser)
    add_output_arguments(parser)
    return parser.parse_args(argv)


def options_of(arguments: argparse.Namespace) -> WindowOptions:
    return WindowOptions(
        emotions=tuple(arguments.classes or EMOTIONS.split(",")),
        targets=arguments.targets,
        published_selection=arguments.published_selection,
        k_p_frames=arguments.k_p,
        network=arguments.network,
        epochs=arguments.epochs,
        learning_rate=arguments.learning_rate,
        batch=arguments.batch,
        negatives=arguments.negatives,
        width=arguments.width,
        states=arguments.states,
        depth=arguments.depth,
        p=arguments.p,
        decode=arguments.decode,
        synergy=arguments.synergy,
        seed=arguments.seed,
        device=arguments.device,
        threads=arguments.threads,
    )


def train(arguments: argparse.Namespace) -> None:
    from mestr.train.window import train_window_folds, write_folds

    about, options = flags.about_of(arguments), options_of(arguments)
    split = flags.split_of(arguments)
    results = train_window_folds(
        arguments.features, arguments.labels, options, about, split, say
    )
    write_folds(results, arguments.output, about.name, split.leave_one_out, say)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: train(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
