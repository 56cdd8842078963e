"""Leave-one-subject-out cross-validation, from videos to one table:

  %(prog)s VIDEOS... --labels labels.csv -o out [--config FILE] [--set key=value] [-- TRAINING FLAGS]

mestr features, training with --loso, mestr run with each subject's own model, mestr evaluate. The config's features
say which network is trained: MEAN by train_mean.py, that of windows (features.kind roi-flow-..., as in --config
boosting_samm) by train_window.py. Flags after -- go to the training, whose --help lists them.

--weights DIR takes published weights in place of training: of MEAN s1.hdf5 to sN.hdf5, each without the N-th of the
subjects with micro-expressions; of the networks of windows SUBJECT.pkl. Flags after -- go to their conversion then:
-- --fps 30 --k 3 --k-p 6, or -- --run boosting_samm --k-p 6.

--in-memory keeps the features of MEAN in memory, without files between; that needs the Python package's extension.

Prints the table; writes features, models, results, score.txt and score.json to the folder. One video that fails ends
it: a score without it would be another's. Run again with the same arguments it keeps the features that are there.
Environment: MESTR=/path/to/mestr takes that program; without it a source tree builds its own, and an installed package
takes the mestr on the PATH.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from mestr.errors import ConfigError
from mestr.programs import exit_code_of, flags, say
from mestr.subprograms import find_program
from mestr.train import crossval
from mestr.train.crossval import Crossval, Trainer

# What crossval itself says to the training, or takes before --.
NOT_FOR_TRAINING = (
    *("--help", "--output", "--name", "--labels", "--loso", "--test-subjects"),
    *("--classes", "--published-selection"),
)
BEHIND = "flags of the training go after --"


class _OneLineParser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message}; --help says how to call it")


class _PassOn(argparse.Action):
    """Keeps a flag with its value, as the program mestr takes them."""

    def __call__(
        self, _: object, namespace: argparse.Namespace, value: Any, option_string: str | None = None
    ) -> None:
        setattr(namespace, self.dest, (*getattr(namespace, self.dest), option_string, value))


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("videos", nargs="*", help="that carry subjects: data-set roots or manifests")
    parser.add_argument("--labels", action="append", metavar="FILE.csv")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER")
    parser.add_argument("--classes", help="names of the emotions; default: the training's")
    parser.add_argument(
        "--published-selection",
        action="store_true",
        help="drops the videos without a micro-expression from training and test, as published "
        "numbers of networks of windows have it; VIDEOS are manifests then",
    )
    parser.add_argument("--weights", type=Path, metavar="DIR", help="published ones, a file a subject")
    parser.add_argument(
        "--in-memory", action="store_true", help="no features folder; VIDEOS are manifests then"
    )
    of_mestr = parser.add_argument_group("as for mestr run")
    of_mestr.add_argument("--config", action=_PassOn, dest="configs", default=())
    for names in (["--set"], ["--fps"], ["--device"], ["--landmarks"], ["-j", "--jobs"]):
        of_mestr.add_argument(*names, action=_PassOn, dest="common", default=())
    return parser


def parse_arguments(words: Sequence[str]) -> argparse.Namespace:
    """What stands after -- is `training`."""
    own, training = list(words), list[str]()
    if "--" in own:
        at = own.index("--")
        own, training = own[:at], own[at + 1 :]
    arguments, unknown = _parser().parse_known_intermixed_args(own)
    if unknown:
        raise ConfigError(f"unknown flag {unknown[0]}; {BEHIND}")
    arguments.training = training
    _check(arguments)
    return arguments


def _check(arguments: argparse.Namespace) -> None:
    if not arguments.videos:
        raise ConfigError("no videos; --help says how to call it")
    if not arguments.labels:
        raise ConfigError("--labels is missing")
    if len(arguments.labels) > 1:
        raise ConfigError("--labels can be given once")
    arguments.labels = Path(arguments.labels[0])
    if not arguments.labels.is_file():
        raise ConfigError(f"--labels {arguments.labels}: no such file")
    if arguments.output is None:
        raise ConfigError("-o is missing: the folder for everything that is written")
    for word in arguments.training:
        joined = word.startswith(("-h", "-o"))  # -oFOLDER
        if joined or word.partition("=")[0] in NOT_FOR_TRAINING:
            raise ConfigError(
                f"{word} cannot go to the training: crossval sets it, takes it before --, or does without it"
            )
    if arguments.published_selection:
        crossval.check_manifests(arguments.videos, "--published-selection")
    if arguments.in_memory:
        crossval.check_manifests(arguments.videos, "--in-memory")
    if arguments.weights is not None and arguments.in_memory:
        raise ConfigError("--in-memory: with --weights nothing is trained, so there are no features")


def _training_words(call: Crossval, network: str, arguments: argparse.Namespace) -> list[str]:
    """The command line of the training program, less where its features are."""
    data = f"all subjects of {call.labels.name} but one"
    words = ["--labels", str(call.labels), "--loso", "-o", str(call.models), "--name", network]
    words += ["--training-data", data, "--licence", "not stated"]
    return [*words, *call.classes, *arguments.training]


def _parse_for(network: str, call: Crossval, arguments: argparse.Namespace) -> argparse.Namespace:
    """What the program that trains the network is called with. Raises ConfigError."""
    program = _program_of(network)
    words = [str(call.features), *_training_words(call, network, arguments)]
    parsed = flags.parse_passed_on(program.parse_arguments, words)
    program.options_of(parsed)  # checks them
    return parsed


def _program_of(network: str) -> ModuleType:
    from mestr.programs import train_mean, train_window

    return train_mean if network == crossval.MEAN else train_window


def _trainer(call: Crossval, arguments: argparse.Namespace) -> Trainer:
    """From a folder of features, by the programs that train. Their flags are read at once; before there are features
    one of the networks must take them."""
    kind = call.features_kind()
    networks = [crossval.network_of(kind)] if kind else [crossval.MEAN, crossval.WINDOW]
    parsed, errors = dict[str, argparse.Namespace](), dict[str, ConfigError]()
    for network in networks:
        try:
            parsed[network] = _parse_for(network, call, arguments)
        except ConfigError as error:
            errors[network] = error
    if not parsed:
        raise ConfigError("; ".join(f"training of {name}: {error}" for name, error in errors.items()))

    def train(selected: Crossval) -> str:
        say("== Features")
        network = crossval.network_of(selected.write_features())
        if network in errors:
            raise errors[network]
        say("== Training, one model a subject")
        _program_of(network).train(parsed.get(network) or _parse_for(network, call, arguments))
        return network

    return train


def _trainer_in_memory(call: Crossval, arguments: argparse.Namespace) -> Trainer:
    from mestr.programs import train_mean
    from mestr.train import extract_videos

    training = _parse_for(crossval.MEAN, call, arguments)
    pairs = list(zip(call.common[::2], call.common[1::2], strict=True))
    settings, extraction = flags.settings_of(pairs), flags.extraction_of(pairs)
    configs = call.configs[1::2]

    def train(selected: Crossval) -> str:
        say("== Features")
        videos = extract_videos(
            selected.inputs, call.labels, configs, settings, say=say, **extraction
        )
        say("== Training, one model a subject")
        train_mean.train_on(videos, training)
        return crossval.MEAN

    return train


def _converter(call: Crossval, arguments: argparse.Namespace) -> Trainer:
    """Published weights in place of training."""
    from mestr.labels import read_labels
    from mestr.programs import convert_mean_weights, convert_video_level_weights
    from mestr.train import published

    network, folds = published.find_published(arguments.weights, read_labels(call.labels))
    program = convert_mean_weights if network == crossval.MEAN else convert_video_level_weights
    words = [*call.classes, *arguments.training]
    parser = flags.new_parser(None)
    program.add_weight_flags(parser)
    converter = program.converter_of(flags.parse_passed_on(parser.parse_args, words))

    def convert(_: Crossval) -> str:
        say("== Published weights, one model a subject")
        published.convert_published(network, folds, call.models, call.labels.name, converter, say)
        return network

    return convert


def run(arguments: argparse.Namespace) -> None:
    trainer, also = _trainer, list[str]()
    if arguments.weights is not None:
        trainer, also = _converter, ["--weights", str(arguments.weights)]
    elif arguments.in_memory:
        trainer = _trainer_in_memory
    call = crossval.Crossval(
        program=Path("mestr"),  # found, or built, last
        inputs=tuple(arguments.videos),
        labels=arguments.labels,
        output=arguments.output,
        configs=arguments.configs,
        common=arguments.common,
        classes=("--classes", arguments.classes) if arguments.classes else (),
        published_selection=arguments.published_selection,
    )
    train = trainer(call, arguments)
    call = replace(call, program=find_program())
    print(crossval.cross_validate(call, train, say, also), end="")


def main(argv: Sequence[str] | None = None) -> int:
    words = sys.argv[1:] if argv is None else argv
    return exit_code_of(lambda: run(parse_arguments(words)))


if __name__ == "__main__":
    raise SystemExit(main())
