"""Makes the scores of a network of sequences into evidence: the probability that a find is a
micro-expression, given its score, its motion, and what else the face did then.

  mestr run CLIPS... -o results --config demo --model mine.pt --min-evidence 0.01
  %(prog)s mine.pt --results results --labels labels.csv -o calibrated.pt

Takes clips that the network has not seen. Writes the model with the weights of evidence, and
calibrated_reliability.json: how often a find of an evidence was right, by five parts of the videos,
each judged by weights that the others gave.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from mestr.programs import exit_code_of, say


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, help="that train_sequence.py wrote")
    parser.add_argument("--results", type=Path, required=True, help="folder of mestr run")
    parser.add_argument(
        "--labels", type=Path, action="append", required=True, help="label CSV; repeatable"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.pt")
    return parser.parse_args(argv)


def calibrate(arguments: argparse.Namespace) -> None:
    from mestr.train import calibration

    calibration.calibrate(
        arguments.model, arguments.results, arguments.labels, arguments.output, say
    )


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: calibrate(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
