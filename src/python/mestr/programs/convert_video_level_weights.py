"""Turns published weights of ME-TST or BoostingVRME (pickled state dicts, .pkl) into a model file
for mestr. --run says which of the published runs they belong to: window, frame step, and what is
made of the scores are taken from there.

Example, the BoostingVRME weights of the SAMM test set:
  scripts/convert_video_level_weights.py SAMM_test.pkl --run boosting_samm_test \\
      --output models/boosting_samm.pt --training-data "SAMM-LV" --licence "MIT"
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from mestr.errors import ConfigError, ModelError
from mestr.programs import exit_code_of
from mestr.programs.flags import add_converter_flags, check_model_path, new_parser

RUNS = (
    "metst_cas metst_samm boosting_cas boosting_samm boosting_cas_test boosting_samm_test "
    "metst_plus_cas metst_plus_samm"
).split()


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = new_parser(__doc__)
    parser.add_argument("weights", type=Path, help=".pkl file of a state dict")
    parser.add_argument("--run", choices=RUNS, required=True, help="published run of the weights")
    parser.add_argument(
        "--k-p",
        type=int,
        help="half a micro-expression's length, used frames (the test sets': 6; else it comes from "
        "the labels of the training, and must be given)",
    )
    parser.add_argument("--p", type=float, help="threshold parameter (default: the run's)")
    add_converter_flags(parser)
    return parser.parse_args(argv)


def convert(arguments: argparse.Namespace) -> None:
    from mestr.train.model_file import save_model
    from mestr.train.window_network import WindowModel
    from mestr.train.window_record import FEATURES, PUBLISHED_RUNS, WindowRecord
    from mestr.train.window_weights import read_window_weights

    check_model_path(arguments.output)
    run = PUBLISHED_RUNS[arguments.run]
    k_p_frames = arguments.k_p if arguments.k_p is not None else run.k_p_frames
    if k_p_frames is None:
        raise ConfigError(f"--run {arguments.run}: k_p comes from the labels there: give --k-p")
    network, shape = read_window_weights(arguments.weights)
    if shape.network != run.network:
        raise ModelError(
            f"{arguments.weights} holds a {shape.network} network; --run {arguments.run} is of a "
            f"{run.network} one"
        )
    record = WindowRecord(
        name=arguments.name or arguments.output.stem,
        version=arguments.model_version,
        features=FEATURES[shape.network],
        row_shape=[shape.values],
        variant="published",
        fps=run.fps,
        window=run.window,
        k_p_frames=k_p_frames,
        p=run.p if arguments.p is None else arguments.p,
        decode=run.decode,
        synergy=run.synergy,
        class_offsets=list(run.class_offsets),
        not_written=list(run.not_written),
        training_data=arguments.training_data,
        licence=arguments.licence,
    )
    sha256 = save_model(WindowModel(network), record, arguments.output)
    print(f"{arguments.output}  sha256 {sha256}")


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: convert(arguments))
