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

from mestr.programs import exit_code_of
from mestr.programs.flags import (
    about_of_converter,
    add_converter_flags,
    check_model_path,
    new_parser,
)
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


def parse_weight_flags(argv: Sequence[str]) -> argparse.Namespace:
    """Those of `add_weight_flags` alone, for several files of weights."""
    parser = new_parser(None)
    add_weight_flags(parser)
    return parser.parse_args(argv)


def converter_of(arguments: argparse.Namespace) -> "Converter":
    from mestr.train import published_windows

    options = published_windows.WindowWeightOptions(arguments.run, arguments.k_p, arguments.p)

    def convert_one(weights: Path, output: Path, about: About) -> str:
        return published_windows.convert_window_weights(weights, output, options, about)

    return convert_one


def convert(arguments: argparse.Namespace) -> None:
    output = arguments.output
    check_model_path(output)
    sha256 = converter_of(arguments)(arguments.weights, output, about_of_converter(arguments))
    print(f"{output}  sha256 {sha256}")


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: convert(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
