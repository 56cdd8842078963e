"""Turns published MEAN weights (Keras HDF5, kind `spot_recog`) into a model file for mestr.
Files of weights alone and whole saved models are both read.

Example, the CAS(ME)^2 weights that leave out the second subject:
  scripts/convert_mean_weights.py MEAN_Weights/CASME_sq/spot_recog/s2.hdf5 \\
      --output models/mean-casme2-s2.pt --name mean-casme2-s2 --fps 30 --k 3 --k-p 6 \\
      --training-data "CAS(ME)^2 without its second subject" --licence "as the authors give it"
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from mestr.programs import exit_code_of
from mestr.programs.flags import add_converter_flags, check_model_path, new_parser

UNTRAINED_HEADS = "CASME_sq 1, 4, 6, 11, 13 and SAMMLV 19"


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = new_parser(__doc__)
    parser.add_argument("weights", type=Path, help="Keras HDF5 file of the kind spot_recog")
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
    add_converter_flags(parser)
    return parser.parse_args(argv)


def convert(arguments: argparse.Namespace) -> None:
    from mestr.train.keras_weights import read_keras_weights
    from mestr.train.model_file import ModelRecord, save_model

    check_model_path(arguments.output)
    record = ModelRecord(
        name=arguments.name or arguments.output.stem,
        version=arguments.model_version,
        classes=[name.strip() for name in arguments.classes.split(",")],
        fps=arguments.fps,
        k_frames=arguments.k,
        k_p_frames=arguments.k_p,
        p=arguments.p,
        training_data=arguments.training_data,
        licence=arguments.licence,
    )
    record.check()
    network = read_keras_weights(arguments.weights)
    if not (network.recog.conv.bias.any() or network.recog.dense.bias.any()):
        print(
            f"convert_mean_weights.py: warning: {arguments.weights}: all biases of the recognition "
            "head are 0, so it was never trained: use the model for spotting only (of the "
            f"published files that is so in {UNTRAINED_HEADS})",
            file=sys.stderr,
        )
    sha256 = save_model(network, record, arguments.output)
    print(f"{arguments.output}  sha256 {sha256}")


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: convert(arguments))
