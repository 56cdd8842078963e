"""Turns published MEAN weights (Keras HDF5, kind `spot_recog`) into a model file for mestr.
Files of weights alone and whole saved models are both read.

Example, the CAS(ME)^2 weights that leave out the second subject:
  %(prog)s MEAN_Weights/CASME_sq/spot_recog/s2.hdf5 \\
      --output models/mean-casme2-s2.pt --name mean-casme2-s2 --fps 30 --k 3 --k-p 6 \\
      --training-data "CAS(ME)^2 without its second subject" --licence "as the authors give it"
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mestr.programs import called_as, say
from mestr.programs.conversion import add_converter_flags, convert_one
from mestr.programs.flags import new_parser
from mestr.train.options import About

if TYPE_CHECKING:
    from mestr.train.published import Converter


def add_weight_flags(parser: argparse.ArgumentParser) -> None:
    """What the weights do not say of themselves."""
    parser.add_argument("--fps", type=float, required=True, help="frame rate of the training data")
    parser.add_argument("--k", type=int, required=True, help="frames between the two of a pair")
    parser.add_argument(
        "--k-p", type=int, required=True, help="half the mean length of a micro-expression, frames"
    )
    parser.add_argument("--p", type=float, default=0.55, help="threshold parameter (default: 0.55)")
    parser.add_argument(
        "--classes",
        default="negative,positive,surprise",
        help="names of the classes in the order of the outputs (default: %(default)s)",
    )


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = new_parser(__doc__)
    parser.add_argument("weights", type=Path, help="Keras HDF5 file of the kind spot_recog")
    add_weight_flags(parser)
    add_converter_flags(parser)
    return parser.parse_args(argv)


def converter_of(arguments: argparse.Namespace) -> "Converter":
    from mestr.train import published_mean

    options = published_mean.MeanWeightOptions(
        fps=arguments.fps,
        k_frames=arguments.k,
        k_p_frames=arguments.k_p,
        p=arguments.p,
        classes=tuple(name.strip() for name in arguments.classes.split(",")),
    )

    def convert(weights: Path, output: Path, about: About) -> str:
        return published_mean.convert_mean_weights(
            weights, output, options, about, lambda line: say(f"{called_as()}: {line}")
        )

    return convert


def main(argv: Sequence[str] | None = None) -> int:
    return convert_one(parse_arguments(argv), converter_of)


if __name__ == "__main__":
    raise SystemExit(main())
