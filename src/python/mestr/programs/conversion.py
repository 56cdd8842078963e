"""What the programs share that turn somebody else's weights into a model file. Needs nothing that Python may lack, so
that --help always works."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mestr.errors import ConfigError
from mestr.programs import exit_code_of
from mestr.train.options import About

if TYPE_CHECKING:
    from mestr.train.published import Converter


def add_converter_flags(parser: argparse.ArgumentParser) -> None:
    """What a script asks for that makes a model file of somebody else's weights."""
    parser.add_argument("-o", "--output", type=Path, required=True, help="model file to write (.pt)")
    parser.add_argument("--name", help="name of the model (default: the output file's)")
    parser.add_argument("--model-version", default="1", help="version of the weights (default: 1)")
    parser.add_argument("--training-data", required=True, help="what it was trained on, in words")
    parser.add_argument("--licence", required=True, help="terms of the weights, in words")


def about_of_converter(arguments: argparse.Namespace) -> About:
    return About(
        name=arguments.name or arguments.output.stem,
        training_data=arguments.training_data,
        licence=arguments.licence,
        version=arguments.model_version,
    )


def check_model_path(output: Path) -> None:
    if output.suffix != ".pt":
        raise ConfigError(f"--output {output}: a model file ends in .pt")


def convert_one(
    arguments: argparse.Namespace,
    converter_of: "Callable[[argparse.Namespace], Converter]",
) -> int:
    """Writes the model of one file of weights and prints its digest; the program's exit code."""

    def convert() -> None:
        output = arguments.output
        check_model_path(output)
        about = about_of_converter(arguments)
        print(f"{output}  sha256 {converter_of(arguments)(arguments.weights, output, about)}")

    return exit_code_of(convert)
