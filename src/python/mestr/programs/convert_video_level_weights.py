"""Turns published weights of ME-TST or BoostingVRME (pickled state dicts, .pkl) into a model file
for mestr. --run says which of the published runs they belong to: window, frame step, and what is
made of the scores are taken from there.

Example, the BoostingVRME weights of the SAMM test set:
  %(prog)s SAMM_test.pkl --run boosting_samm_test \\
      --output models/boosting_samm.pt --training-data "SAMM-LV" --licence "MIT"
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mestr.programs.conversion import add_converter_flags, convert_one
from mestr.programs.flags import new_parser
from mestr.train.options import About

if TYPE_CHECKING:
    from mestr.train.published import Converter

RUNS = (
    "metst_cas metst_samm boosting_cas boosting_samm boosting_cas_test boosting_samm_test "
    "metst_plus_cas metst_plus_samm"
).split()


def add_weight_flags(parser: argparse.ArgumentParser) -> None:
    """What the weights do not say of themselves."""
    parser.add_argument("--run", choices=RUNS, required=True, help="published run of the weights")
    parser.add_argument(
        "--k-p",
        type=int,
        help="half a micro-expression's length, used frames (the test sets': 6; else it comes from "
        "the labels of the training, and must be given)",
    )
    parser.add_argument("--p", type=float, help="threshold parameter (default: the run's)")


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = new_parser(__doc__)
    parser.add_argument("weights", type=Path, help=".pkl file of a state dict")
    add_weight_flags(parser)
    add_converter_flags(parser)
    return parser.parse_args(argv)


def converter_of(arguments: argparse.Namespace) -> "Converter":
    from mestr.train import published_windows

    options = published_windows.WindowWeightOptions(arguments.run, arguments.k_p, arguments.p)

    def convert(weights: Path, output: Path, about: About) -> str:
        return published_windows.convert_window_weights(weights, output, options, about)

    return convert


def main(argv: Sequence[str] | None = None) -> int:
    return convert_one(parse_arguments(argv), converter_of)


if __name__ == "__main__":
    raise SystemExit(main())
