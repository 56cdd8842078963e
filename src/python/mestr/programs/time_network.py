"""How long a model file's network takes for a row of its input, on one thread, called as mestr calls
it: a network of windows with one window, one of pairs with 16, one of sequences with 300.

  %(prog)s models/mine.pt

Prints milliseconds a row, wall and processor time, median and quartiles over --repetitions, and the
library of matrix products. Each used frame of a video stands in window / hop windows: so many times
as long it takes there.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from mestr.programs import exit_code_of, flags
from mestr.programs.flags import positive


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = flags.new_parser(__doc__)
    parser.add_argument("model", type=Path, nargs="+", help="model file; it is code")
    parser.add_argument("--repetitions", type=positive(int), default=20)
    return parser.parse_args(argv)


def time_networks(arguments: argparse.Namespace) -> None:
    from mestr.train import network_timing
    from mestr.train.training import deterministic

    with deterministic(threads=1):
        print(network_timing.library())
        for model in arguments.model:
            print(network_timing.timed(model, arguments.repetitions))


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: time_networks(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
