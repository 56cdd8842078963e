#!/usr/bin/env python3
"""Turns the label sheets of a data set into the label CSV of mestr:
dataset,subject,video,onset,apex,offset,emotion,type

  scripts/labels_to_csv.py casme_sq code_final.xlsx --root CASME_sq/rawpic -o casme_sq.csv
  scripts/labels_to_csv.py samm SAMM_LongVideos_V2_Release.xlsx -o samm.csv \\
      --facs SAMM_Micro_FACS_Codes_v2.xlsx
  scripts/labels_to_csv.py casme3 micro.xlsx -o cas.csv
  scripts/labels_to_csv.py smic SMIC-HS-E_annotation.xlsx -o smic.csv

Emotions become coarse (negative, positive, surprise, others) by configs/emotions_<data set>.yaml.
Every row that does not become a label, and every value that had to be replaced, is named on stderr.
Exit codes: 0 labels were written, 2 a flag or a table is wrong, 3 a sheet is wrong or gives no
label.
"""

import argparse
import csv
import io
import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from mestr_train import InputError, UserError, exit_code_of
from mestr_train.files import write_atomically
from mestr_train.labels import COLUMNS

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
COARSE_EMOTIONS = ("negative", "positive", "surprise", "others")
MOST_HEADER_ROWS = 40  # how far down a sheet's header may stand under its title rows

Sheet = Any  # a pandas.DataFrame of raw cells
Row = Mapping[str, object]  # our name of a column to its raw cell


@dataclass
class Label:
    subject: str
    video: str
    onset: int
    apex: int | None
    offset: int
    emotion: str
    type: str


@dataclass
class Findings:
    """What a person must know of the rows: those left out, and those changed."""

    left_out: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def leave_out(self, where: str, reason: str) -> None:
        self.left_out.append(f"{where}: {reason}")

    def change(self, where: str, what: str) -> None:
        self.changed.append(f"{where}: {what}")


@dataclass
class EmotionTable:
    path: Path
    dataset: str
    coarse_of: dict[str, str]

    def coarse(self, emotion: object) -> str | None:
        return self.coarse_of.get(text_of(emotion).lower())


# --- cells and sheets -----------------------------------------------------------------------------


def text_of(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()


def whole_number(cell: object) -> int | None:
    """The cell as an int; None for anything else (text, blank, a fraction)."""
    try:
        value = float(text_of(cell).replace("_", "?"))  # Python would read 006_1 as 61
    except ValueError:
        return None
    return int(value) if value.is_integer() else None


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a workbook as frames of raw cells: no header, no type guessed."""
    import pandas

    try:
        return list(
            pandas.read_excel(
                path, sheet_name=None, header=None, dtype=object, na_filter=False
            ).values()
        )
    except (OSError, ValueError, KeyError, BadZipFile, ParseError) as error:
        raise InputError(f"{path}: cannot be read as a workbook: {error}") from error


def rows_below_header(
    sheet: Sheet, path: Path, columns: Mapping[str, Sequence[str]]
) -> list[tuple[int, Row]]:
    """Pairs (row number, {column: cell}) of the rows below the header, wherever that stands.

    `columns` maps our name to the names a header may use for it.
    """
    for index, row in sheet.head(MOST_HEADER_ROWS).iterrows():
        names = [re.sub(r"[^a-z]", "", text_of(cell).lower()) for cell in row]
        places = {}
        for ours, spellings in columns.items():
            found = [names.index(spelling) for spelling in spellings if spelling in names]
            if found:
                places[ours] = found[0]
        if len(places) == len(columns):
            below = sheet.iloc[index + 1 :]
            return [
                (number + 1, {ours: cells[place] for ours, place in places.items()})
                for number, cells in zip(below.index, below.values.tolist(), strict=True)
                if any(text_of(cell) for cell in cells)
            ]
    wanted = ", ".join(spellings[0] for spellings in columns.values())
    raise InputError(f"{path}: no row in its first {MOST_HEADER_ROWS} has the columns {wanted}")


# --- what all data sets share ---------------------------------------------------------------------


def add_label(
    labels: list[Label],
    findings: Findings,
    where: str,
    subject: str,
    video: str,
    frames: Sequence[int | None],
    emotion: str,
    kind: str,
) -> None:
    """Checks the frames (onset, apex, offset cells as numbers or None) and adds the label."""
    onset, apex, offset = frames
    if onset is None:
        findings.leave_out(where, "the onset is not a number")
        return
    if onset < 1:
        findings.leave_out(where, f"the onset is {onset}")
        return
    if apex is not None and apex < 1:
        apex = None
    if offset is None or offset < 1:
        if apex is None:
            findings.leave_out(where, "neither offset nor apex is annotated")
            return
        findings.change(where, f"no offset, the apex {apex} stands in")
        offset = apex
    if offset < onset:
        findings.leave_out(where, f"the offset {offset} is before the onset {onset}")
        return
    if apex is not None and not onset <= apex <= offset:
        findings.change(where, f"the apex {apex} is outside {onset} to {offset}: left empty")
        apex = None
    labels.append(Label(subject, video, onset, apex, offset, emotion, kind))


def coarse_emotion(
    findings: Findings, table: EmotionTable, where: str, emotion: object, kind: str
) -> str | None:
    """The coarse emotion; None where the row is left out. Macro-expressions may have none."""
    if kind == "macro" and not text_of(emotion):
        return ""
    coarse = table.coarse(emotion)
    if coarse is None:
        findings.leave_out(where, f"emotion '{text_of(emotion)}' is not in {table.path.name}")
    return coarse


def kind_of(cell: object) -> str | None:
    """micro or macro, however the sheet spells it ('Micro - 1/2', 'micro-expression', 'Macro')."""
    text = text_of(cell).lower()
    return next((kind for kind in ("micro", "macro") if text.startswith(kind)), None)


def all_numbers(row: Row, names: Iterable[str]) -> list[int | None]:
    return [whole_number(row[name]) for name in names]


# --- CAS(ME)^2 ------------------------------------------------------------------------------------


def read_casme_sq(arguments: Namespace, table: EmotionTable, findings: Findings) -> list[Label]:
    sheets = read_sheets(path := arguments.sheet)
    if len(sheets) < 3:
        raise InputError(f"{path}: has {len(sheets)} sheets, CAS(ME)^2's code_final.xlsx has 3")
    folder_of_subject = {
        whole_number(row[2]): text_of(row[1])
        for row in sheets[1].values.tolist()
        if len(row) > 2 and whole_number(row[2]) is not None
    }
    code_of_video = {
        text_of(row[1]).lower(): text_of(row[0]).zfill(4)
        for row in sheets[2].values.tolist()
        if len(row) > 1 and text_of(row[0]).isdigit()
    }
    labels: list[Label] = []
    for number, row in enumerate(sheets[0].values.tolist(), start=1):
        if not any(text_of(cell) for cell in row):
            continue
        where = f"{path.name}, row {number}"
        if len(row) < 8 or whole_number(row[0]) is None:
            findings.leave_out(where, f"not a label: {' '.join(text_of(c) for c in row)[:60]}")
            continue
        subject = folder_of_subject.get(whole_number(row[0]))
        if subject is None:
            findings.leave_out(where, f"subject {row[0]} is not in the second sheet")
            continue
        name = text_of(row[1]).rpartition("_")[0] or text_of(row[1])
        code = code_of_video.get(name.lower())
        if code is None:
            findings.leave_out(where, f"video '{name}' is not in the third sheet")
            continue
        kind = kind_of(row[7])
        if kind is None:
            findings.leave_out(where, f"type '{text_of(row[7])}' is neither micro nor macro")
            continue
        video = casme_sq_folder(arguments.root, subject, code)
        if video is None:
            folder = arguments.root / subject
            findings.leave_out(where, f"no folder of code {code}, or several, in {folder}")
            continue
        emotion = coarse_emotion(findings, table, where, row[6], kind)
        if emotion is not None:
            frames = [whole_number(cell) for cell in row[2:5]]
            add_label(labels, findings, where, subject, video, frames, emotion, kind)
    return labels


def casme_sq_folder(root: Path | None, subject: str, code: str) -> str | None:
    """rawpic/s15/15_0401girlcrashing; without a root what is known of its name."""
    prefix = f"{subject.lstrip('s')}_{code}"
    if root is None:
        return prefix
    folders = sorted((root / subject).glob(prefix + "*"))
    return folders[0].name if len(folders) == 1 else None


# --- SAMM Long Videos -----------------------------------------------------------------------------


def samm_file_name(row: Row) -> str | None:
    """006_1_2, also where the sheet's program took it for a number (612) and dropped zeros."""
    name = text_of(row["filename"])
    if re.fullmatch(r"\d+_\d+_\d+", name):
        first, rest = name.split("_", 1)
        return f"{int(first):03d}_{rest}"
    subject, code, digits = all_numbers(row, ("subject", "code", "filename"))
    if subject is None or code is None or digits is None:
        return None
    prefix = f"{subject}{code}"
    event = str(digits).removeprefix(prefix)
    if not str(digits).startswith(prefix) or not event:
        return None
    return f"{subject:03d}_{code}_{int(event)}"


SAMM_NAME_COLUMNS = {
    "subject": ("subject",),
    "filename": ("filename",),
    "code": ("inducementcode",),
}


def read_samm_emotions(path: Path, findings: Findings) -> dict[str, tuple[str, object]]:
    """{file name: (where, emotion)} of the micro-expressions in the FACS sheet."""
    columns = SAMM_NAME_COLUMNS | {
        "type": ("micro", "type"),
        "emotion": ("estimatedemotion", "emotion"),
    }
    emotions: dict[str, tuple[str, object]] = {}
    for number, row in rows_below_header(read_sheets(path)[0], path, columns):
        where = f"{path.name}, row {number}"
        name = samm_file_name(row)
        if name is None:
            findings.leave_out(where, f"file name '{text_of(row['filename'])}' cannot be read")
        elif kind_of(row["type"]) == "macro":
            findings.leave_out(where, "a macro-expression among the micro-expressions' codes")
        elif name in emotions and emotions[name][1] != row["emotion"]:
            raise InputError(f"{where}: {name} has two emotions, see {emotions[name][0]} too")
        else:
            emotions[name] = (where, row["emotion"])
    return emotions


def read_samm(arguments: Namespace, table: EmotionTable, findings: Findings) -> list[Label]:
    path = arguments.sheet
    emotions = read_samm_emotions(arguments.facs, findings)
    columns = SAMM_NAME_COLUMNS | {
        "onset": ("onset", "onsetframe"),
        "apex": ("apex", "apexframe"),
        "offset": ("offset", "offsetframe"),
        "type": ("type",),
    }
    labels: list[Label] = []
    joined = set()
    for number, row in rows_below_header(read_sheets(path)[0], path, columns):
        where = f"{path.name}, row {number}"
        name = samm_file_name(row)
        kind = kind_of(row["type"])
        if name is None or kind is None:
            file_name, type_name = text_of(row["filename"]), text_of(row["type"])
            findings.leave_out(where, f"not a label: file name '{file_name}', type '{type_name}'")
            continue
        emotion: str | None = ""
        if kind == "micro":
            if name not in emotions:
                findings.leave_out(where, f"{name} is not in {arguments.facs.name}")
                continue
            joined.add(name)
            emotion = coarse_emotion(findings, table, where, emotions[name][1], kind)
        if emotion is not None:
            video = name.rpartition("_")[0]
            subject = name.partition("_")[0]
            frames = all_numbers(row, ("onset", "apex", "offset"))
            add_label(labels, findings, where, subject, video, frames, emotion, kind)
    if not joined:
        raise InputError(
            f"{path.name} and {arguments.facs.name} have no micro-expression in common: "
            "the join of their file names is empty"
        )
    for name, (where, _) in emotions.items():
        if name not in joined:
            findings.leave_out(where, f"{name} is no micro-expression of {path.name}")
    return labels


# --- CAS(ME)^3 ------------------------------------------------------------------------------------


def read_casme3(arguments: Namespace, table: EmotionTable, findings: Findings) -> list[Label]:
    path = arguments.sheet
    columns = {
        "subject": ("subject",),
        "video": ("filename",),
        "onset": ("onset",),
        "apex": ("apex",),
        "offset": ("offset",),
        "emotion": ("emotion",),
    }
    kind = arguments.type
    labels: list[Label] = []
    for number, row in rows_below_header(read_sheets(path)[0], path, columns):
        where = f"{path.name}, row {number}"
        subject = text_of(row["subject"]).rpartition(".")[2]  # spNO.1 -> 1, as in folder names
        video = text_of(row["video"])
        if not subject or not video:
            findings.leave_out(where, "subject or file name is empty")
            continue
        emotion = coarse_emotion(findings, table, where, row["emotion"], kind)
        if emotion is not None:
            frames = all_numbers(row, ("onset", "apex", "offset"))
            add_label(labels, findings, where, subject, video, frames, emotion, kind)
    return labels


# --- SMIC-E long ----------------------------------------------------------------------------------


def read_smic(arguments: Namespace, table: EmotionTable, findings: Findings) -> list[Label]:
    path = arguments.sheet
    columns = {
        "video": ("filename",),
        "onset": ("onsetf",),
        "offset": ("offsetf",),
        "first": ("firstf",),
        "emotion": ("emotion",),
    }
    labels: list[Label] = []
    for number, row in rows_below_header(read_sheets(path)[0], path, columns):
        where = f"{path.name}, row {number}"
        onset, offset, first = all_numbers(row, ("onset", "offset", "first"))
        video = text_of(row["video"])
        is_label = re.fullmatch(r"s\d+_\w+", video)
        if onset is None or offset is None or first is None or not is_label:
            findings.leave_out(where, "not a label: a row of text")
            continue
        emotion = coarse_emotion(findings, table, where, row["emotion"], "micro")
        if emotion is not None:
            frames = (onset - first + 1, None, offset - first + 1)
            subject = video.partition("_")[0]
            add_label(labels, findings, where, subject, video, frames, emotion, "micro")
    return labels


# --- the program ----------------------------------------------------------------------------------


READERS = {
    "casme_sq": read_casme_sq,
    "samm": read_samm,
    "casme3": read_casme3,
    "smic": read_smic,
}


def read_emotion_table(path: Path) -> EmotionTable:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UserError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict) or set(content) != {"dataset", "emotions"}:
        raise UserError(f"{path}: needs the keys 'dataset' and 'emotions', and no other")
    emotions = content["emotions"]
    if not isinstance(emotions, dict) or not emotions:
        raise UserError(f"{path}: emotions must map an emotion to its coarse emotion")
    for fine, coarse in emotions.items():
        if coarse not in COARSE_EMOTIONS:
            allowed = ", ".join(COARSE_EMOTIONS)
            raise UserError(f"{path}: {fine} maps to '{coarse}', allowed are {allowed}")
    coarse_of = {str(fine).strip().lower(): coarse for fine, coarse in emotions.items()}
    return EmotionTable(path, str(content["dataset"]), coarse_of)


def write_labels(path: Path, dataset: str, labels: Sequence[Label]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for label in labels:
        apex = "" if label.apex is None else label.apex
        frames = label.onset, apex, label.offset
        writer.writerow([dataset, label.subject, label.video, *frames, label.emotion, label.type])
    write_atomically(path, text.getvalue().encode())


def report(labels: Sequence[Label], findings: Findings, stream: TextIO) -> None:
    for title, lines in (("changed", findings.changed), ("left out", findings.left_out)):
        for line in lines:
            print(f"{title}: {line}", file=stream)
    micro = sum(label.type == "micro" for label in labels)
    print(
        f"{len(labels)} labels ({micro} micro, {len(labels) - micro} macro), "
        f"{len(findings.changed)} changed, {len(findings.left_out)} rows left out",
        file=stream,
    )


def parse_arguments(argv: Sequence[str] | None) -> Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_set", choices=list(READERS), help="whose sheets they are")
    parser.add_argument("sheet", type=Path, help="the data set's label sheet (xlsx)")
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
    findings = Findings()
    labels = READERS[arguments.data_set](arguments, table, findings)
    report(labels, findings, sys.stderr)
    if not labels:
        raise InputError(f"{arguments.sheet}: not one row became a label; nothing is written")
    write_labels(arguments.output, arguments.dataset or table.dataset, labels)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    return exit_code_of("labels_to_csv.py", lambda: convert(arguments))


if __name__ == "__main__":
    sys.exit(main())
