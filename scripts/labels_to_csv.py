#!/usr/bin/env python3
"""Turns the label sheets of a data set into the label CSV of mestr:
dataset,subject,video,onset,apex,offset,emotion,type

  scripts/labels_to_csv.py casme_sq code_final.xlsx --root CASME_sq/rawpic -o casme_sq.csv
  scripts/labels_to_csv.py samm SAMM_LongVideos_V2_Release.xlsx -o samm.csv \\
      --facs SAMM_Micro_FACS_Codes_v2.xlsx
  scripts/labels_to_csv.py casme3 micro.xlsx -o cas.csv
  scripts/labels_to_csv.py smic SMIC-HS-E_annotation.xlsx -o smic.csv

With --describe the CSV has two columns more, fine_emotion and action_units, of which mestr vqa make
makes questions.
Emotions become coarse (negative, positive, surprise, others) by configs/emotions_<data set>.yaml.
Sheets may be xlsx, xls or ods, or saved as CSV (between commas, semicolons or tabs), whatever their
names end with. Every row that does not become a label, and every value that had to be replaced, is
named on stderr.
Exit codes: 0 labels were written, 2 a flag or a table is wrong, 3 a sheet is wrong or gives no
label.
"""

import argparse
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from mestr_labels.readers import READERS
from mestr_labels.records import Findings, Labels, read_emotion_table, report, write_labels
from mestr_train import InputError, UserError, exit_code_of

CONFIGS = Path(__file__).resolve().parents[1] / "configs"


def parse_arguments(argv: Sequence[str] | None) -> Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_set", choices=list(READERS), help="whose sheets they are")
    parser.add_argument("sheet", type=Path, help="the data set's label sheet")
    parser.add_argument("-o", "--output", type=Path, required=True, help="label CSV to write")
    parser.add_argument("--facs", type=Path, help="samm: SAMM_Micro_FACS_Codes_v2.xlsx")
    parser.add_argument(
        "--root", type=Path, help="casme_sq: rawpic, to complete the names of the videos' folders"
    )
    parser.add_argument(
        "--type", choices=("micro", "macro"), default="micro", help="casme3: what the sheet lists"
    )
    parser.add_argument(
        "--emotions", type=Path, help="coarse emotions (default: configs/emotions_<data set>.yaml)"
    )
    parser.add_argument(
        "--describe", action="store_true", help="also the fine-grained emotion and action units"
    )
    parser.add_argument("--dataset", help="dataset column (default: the emotion table's)")
    arguments = parser.parse_args(argv)
    if (arguments.facs is None) == (arguments.data_set == "samm"):
        parser.error("--facs goes with samm, and samm needs it")
    if arguments.root is not None and arguments.data_set != "casme_sq":
        parser.error("--root goes with casme_sq only")
    return arguments


def convert(arguments: Namespace) -> None:
    table = read_emotion_table(
        arguments.emotions or CONFIGS / f"emotions_{arguments.data_set}.yaml"
    )
    if arguments.root is not None and not arguments.root.is_dir():
        raise UserError(f"--root {arguments.root}: no such folder")
    labels = Labels(table, Findings())
    READERS[arguments.data_set](arguments, labels)
    report(labels.found, labels.findings, sys.stderr)
    if not labels.found:
        raise InputError(f"{arguments.sheet}: not one row became a label; nothing is written")
    dataset = arguments.dataset or table.dataset
    write_labels(arguments.output, dataset, labels.found, arguments.describe)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of("labels_to_csv.py", lambda: convert(arguments))


if __name__ == "__main__":
    sys.exit(main())
