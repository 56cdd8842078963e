#!/usr/bin/env python3
"""Tables of what scripts/synthetic_benchmark.sh measured, as Markdown.

  scripts/benchmark_tables.py out/synthetic_benchmark [--update models/README.md docs/benchmarks.md]

Reads FOLDER/<alignment>_noise<level>_<engine>/ (an output folder of `mestr run` with the score.json
of `mestr evaluate --bootstrap` in it) and FOLDER/clips_noise<level>/events.csv. Writes
FOLDER/tables.md.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import source_tree  # noqa: F401
from mestr.files import write_atomically
from mestr.programs import exit_code_of
from mestr_documents.benchmark_results import read_results
from mestr_documents.benchmark_tables import accuracy_table, fast_table, losses_table
from mestr_documents.markdown import updated


def make_tables(arguments: argparse.Namespace) -> None:
    results = read_results(arguments.folder)
    exact = {(r.alignment, r.noise): r for r in results if r.engine == "exact"}
    pairs = [
        (exact[fast.alignment, fast.noise], fast)
        for fast in results
        if fast.engine == "fast" and (fast.alignment, fast.noise) in exact
    ]
    tables = {
        "accuracy": accuracy_table(list(exact.values())),
        "losses": losses_table(list(exact.values())),
    }
    if pairs:
        tables["fast"] = fast_table(pairs)
    text = "\n\n".join(f"## {name}\n\n{content}" for name, content in tables.items()) + "\n"
    write_atomically(arguments.folder / "tables.md", text.encode())
    documents = {path: updated(path, tables) for path in arguments.update}
    for path, content in documents.items():
        write_atomically(path, content.encode())
    print(text, end="")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="what scripts/synthetic_benchmark.sh wrote")
    parser.add_argument(
        "--update",
        type=Path,
        nargs="*",
        default=[],
        metavar="FILE.md",
        help="replaces the tables between <!-- begin: NAME --> and <!-- end: NAME --> (NAME: "
        "accuracy, losses, fast) in these files",
    )
    arguments = parser.parse_args(argv)
    return exit_code_of(lambda: make_tables(arguments), "benchmark_tables.py")


if __name__ == "__main__":
    sys.exit(main())
