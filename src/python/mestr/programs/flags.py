"""Flags that the training scripts share. Needs nothing that Python may lack, so that --help always
works."""

import argparse
import contextlib
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from mestr.errors import ConfigError
from mestr.train.options import About, Split

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


def part(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"must lie in [0, 1], not {text}")
    return value


def names(text: str) -> list[str]:
    found = [name.strip() for name in text.split(",")]
    if not all(found):
        raise argparse.ArgumentTypeError("must be names separated by commas")
    return found


def new_parser(description: str | None) -> argparse.ArgumentParser:
    """Takes no shortened flags: crossval must know each by its name."""
    return argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def parse_passed_on(
    parse: Callable[[Sequence[str]], argparse.Namespace], words: Sequence[str]
) -> argparse.Namespace:
    """Flags that one program hands to another, whose usage would tell its user nothing. Raises ConfigError."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return parse(words)
    except SystemExit:
        raise ConfigError(said.getvalue().rstrip().rpartition(": error: ")[2]) from None


def add_data_flags(parser: argparse.ArgumentParser, classes_help: str) -> argparse._ArgumentGroup:
    data = parser.add_argument_group("data")
    data.add_argument("features", type=Path, nargs="+", help="folders that mestr features wrote")
    data.add_argument(
        "--labels", type=Path, action="append", required=True, help="label CSV; repeatable"
    )
    data.add_argument("--classes", type=names, help=classes_help)
    return data


def add_rate_flag(data: argparse._ArgumentGroup) -> None:
    data.add_argument(
        "--fps", type=positive(float), help="frame rate of the record, if the videos have several"
    )


def add_split_flags(parser: argparse.ArgumentParser) -> None:
    split = parser.add_argument_group("split (default: train on every subject)")
    exclusive = split.add_mutually_exclusive_group()
    exclusive.add_argument("--test-subjects", type=names, help="held out; the others train")
    exclusive.add_argument("--loso", action="store_true", help="leave each subject out once")
    split.add_argument("--train-subjects", type=names, help="only these train")


def add_output_flags(
    parser: argparse.ArgumentParser, name: str, p_help: str, p: float
) -> argparse._ArgumentGroup:
    output = parser.add_argument_group("output")
    output.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    output.add_argument("--name", default=name, help="of the model and its files")
    output.add_argument("--model-version", default="1")
    output.add_argument("--p", type=part, default=p, help=p_help)
    output.add_argument("--training-data", required=True, help="what the data is, in words")
    output.add_argument("--licence", required=True, help="terms of the weights, in words")
    return output


def add_compute_flags(parser: argparse.ArgumentParser, with_device: bool = True) -> None:
    compute = parser.add_argument_group("compute")
    if with_device:
        compute.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    compute.add_argument(
        "--threads", type=positive(int), default=1, help="another number, other last bits"
    )


def about_of(arguments: argparse.Namespace) -> About:
    """Of the flags of `add_output_flags`."""
    return About(
        name=arguments.name,
        training_data=arguments.training_data,
        licence=arguments.licence,
        version=arguments.model_version,
    )


def split_of(arguments: argparse.Namespace) -> Split:
    """Of the flags of `add_split_flags`."""
    return Split(
        test_subjects=tuple(arguments.test_subjects or ()),
        train_subjects=tuple(arguments.train_subjects or ()),
        leave_one_out=arguments.loso,
    )


def settings_of(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Of the flags --set KEY=VALUE and --landmarks of mestr, for the package's functions."""
    settings: dict[str, Any] = {}
    for flag, value in pairs:
        key, equals, text = value.partition("=")
        if flag == "--landmarks":
            settings["face.landmarks"] = value
        elif flag == "--set" and not equals:
            raise ConfigError(f"--set {value}: must be KEY=VALUE")
        elif flag == "--set":
            try:
                settings[key] = json.loads(text)
            except ValueError:
                settings[key] = text
    return settings


def extraction_of(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The same of --fps, --device and --jobs."""
    values = dict(pairs)
    found: dict[str, Any] = {}
    try:
        if "--fps" in values:
            found["fps"] = float(values["--fps"])
        if jobs := values.get("--jobs", values.get("-j")):
            found["jobs"] = int(jobs)
    except ValueError as error:
        raise ConfigError(f"--fps, --jobs: {error}") from None
    if "--device" in values:
        found["device"] = values["--device"]
    return found
