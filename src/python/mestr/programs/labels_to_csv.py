"""Turns the label sheets of a data set into the label CSV of mestr:
dataset,subject,video,onset,apex,offset,emotion,type

  %(prog)s casme_sq code_final.xlsx --root CASME_sq/rawpic -o casme_sq.csv
  %(prog)s samm SAMM_LongVideos_V2_Release.xlsx -o samm.csv \\
      --facs SAMM_Micro_FACS_Codes_v2.xlsx
  %(prog)s casme3 micro.xlsx -o cas.csv
  %(prog)s smic SMIC-HS-E_annotation.xlsx -o smic.csv

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

from mestr.errors import ConfigError, InputError
from mestr.labels import write_labels
from mestr.labels.casme_sq import casme_sq_videos
from mestr.labels.gathering import report
from mestr.labels.manifest import write_video_manifest
from mestr.labels.readers import READERS, read_label_sheets
from mestr.labels.sheet_options import SheetOptions
from mestr.programs import exit_code_of


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
        "--manifest",
        type=Path,
        metavar="FILE.csv",
        help="casme_sq with --root: also writes the list of the videos that have a micro-expression, for mestr run",
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
    if arguments.manifest is not None and arguments.root is None:
        parser.error("--manifest needs --root, where the videos are")
    if arguments.manifest is not None and arguments.manifest.resolve() == arguments.output.resolve():
        parser.error("--manifest and --output are one file")
    return arguments


def convert(arguments: Namespace) -> None:
    if arguments.root is not None and not arguments.root.is_dir():
        raise ConfigError(f"--root {arguments.root}: no such folder")
    options = SheetOptions(
        arguments.sheet, arguments.facs, arguments.root, arguments.type, arguments.describe
    )
    labels = read_label_sheets(arguments.data_set, options, arguments.emotions, arguments.dataset)
    report(labels.found, labels.findings, sys.stderr)
    if not labels.found:
        raise InputError(f"{arguments.sheet}: not one row became a label; nothing is written")
    videos = casme_sq_videos(arguments.root, labels.found) if arguments.manifest is not None else []
    if arguments.manifest is not None and not videos:
        raise InputError(f"{arguments.sheet}: has no micro-expression for --manifest; nothing is written")
    write_labels(arguments.output, labels.found, arguments.describe)
    if arguments.manifest is not None:
        write_video_manifest(arguments.manifest, videos)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of(lambda: convert(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
