"""What each data set's sheets look like (docs/evaluation.md)."""

import re
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

from mestr_train import InputError

from .records import Description, Labels, all_numbers, counted, kind_of
from .sheets import Row, read_sheets, rows_below_header, text_of, whole_number_of

FRAMES = ("onset", "apex", "offset")
UNITS: dict[str, tuple[str, ...]] = {"units": ("actionunits", "actionunit", "aus", "au")}

# --- CAS(ME)^2 ------------------------------------------------------------------------------------


def read_casme_sq(arguments: Namespace, labels: Labels) -> None:
    path = arguments.sheet
    sheets = read_sheets(path, labels.findings.note)
    if len(sheets) < 3:
        raise InputError(
            f"{path}: has {counted(len(sheets), 'sheet')}, CAS(ME)^2's code_final.xlsx has 3 (a CSV file holds one "
            "only: give the workbook)"
        )
    folder_of_subject = {
        whole_number_of(row[2]): text_of(row[1])
        for row in sheets[1]
        if len(row) > 2 and whole_number_of(row[2]) is not None
    }
    code_of_video = {
        text_of(row[1]).lower(): f"{whole_number_of(row[0]):04d}"
        for row in sheets[2]
        if len(row) > 1 and whole_number_of(row[0]) is not None
    }
    for number, row in enumerate(sheets[0], start=1):
        if not any(text_of(cell) for cell in row):
            continue
        where = f"{path.name}, row {number}"
        if len(row) < 8 or whole_number_of(row[0]) is None:
            text = " ".join(text_of(cell) for cell in row)[:60]
            labels.findings.leave_out(where, f"not a label: {text}")
            continue
        subject = folder_of_subject.get(whole_number_of(row[0]))
        if subject is None:
            labels.findings.leave_out(where, f"subject {row[0]} is not in the second sheet")
            continue
        name = text_of(row[1]).rpartition("_")[0] or text_of(row[1])
        code = code_of_video.get(name.lower())
        if code is None:
            labels.findings.leave_out(where, f"video '{name}' is not in the third sheet")
            continue
        add_casme_sq_label(arguments.root, labels, where, subject, code, row)


def add_casme_sq_label(
    root: Path | None,
    labels: Labels,
    where: str,
    subject: str,
    code: str,
    row: Sequence[object],
) -> None:
    kind = kind_of(row[7])
    if kind is None:
        labels.findings.leave_out(where, f"type '{text_of(row[7])}' is neither micro nor macro")
        return
    video = casme_sq_folder(root, subject, code)
    if video is None:
        folder = f"{root}/{subject}"
        labels.findings.leave_out(where, f"no folder of code {code}, or several, in {folder}")
        return
    emotion = labels.emotion(where, row[6], kind)
    if emotion is not None:
        # The coarse emotion is the only one: what a subject reported is not what the face shows.
        labels.add(where, subject, video, row[2:5], emotion, kind, Description(None, row[5]))


def casme_sq_folder(root: Path | None, subject: str, code: str) -> str | None:
    """rawpic/s15/15_0401girlcrashing; without a root what is known of its name."""
    prefix = f"{subject.lstrip('s')}_{code}"
    if root is None:
        return prefix
    folders = sorted((root / subject).glob(prefix + "*"))
    return folders[0].name if len(folders) == 1 else None


# --- SAMM Long Videos -----------------------------------------------------------------------------


def first_sheet(
    path: Path,
    columns: Mapping[str, Sequence[str]],
    labels: Labels,
    optional: Sequence[str] = (),
) -> list[tuple[str, Row]]:
    """Pairs (where, {column: cell}) of the first sheet's rows."""
    say = labels.findings.note
    rows = rows_below_header(read_sheets(path, say)[0], path, columns, say, optional)
    return [(f"{path.name}, row {number}", row) for number, row in rows]


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


SAMM_NAME_COLUMNS: dict[str, tuple[str, ...]] = {
    "subject": ("subject",),
    "filename": ("filename",),
    "code": ("inducementcode",),
}


def read_samm_codes(
    path: Path, labels: Labels, describe: bool
) -> dict[str, tuple[str, Description]]:
    """{file name: (where, emotion and units)} of the micro-expressions in the FACS sheet."""
    columns = SAMM_NAME_COLUMNS | {
        "type": ("micro", "type"),
        "emotion": ("estimatedemotion", "emotion"),
    }
    columns |= UNITS if describe else {}
    codes: dict[str, tuple[str, Description]] = {}
    for where, row in first_sheet(path, columns, labels, optional=tuple(UNITS)):
        name = samm_file_name(row)
        if name is None:
            file_name = text_of(row["filename"])
            labels.findings.leave_out(where, f"file name '{file_name}' cannot be read")
        elif kind_of(row["type"]) == "macro":
            what = "a macro-expression among the micro-expressions' codes"
            labels.findings.leave_out(where, what)
        elif name in codes and codes[name][1].emotion != row["emotion"]:
            raise InputError(f"{where}: {name} has two emotions, see {codes[name][0]} too")
        else:
            codes[name] = (where, Description(row["emotion"], row.get("units")))
    return codes


def read_samm(arguments: Namespace, labels: Labels) -> None:
    path = arguments.sheet
    codes = read_samm_codes(arguments.facs, labels, arguments.describe)
    columns = SAMM_NAME_COLUMNS | {
        "onset": ("onset", "onsetframe"),
        "apex": ("apex", "apexframe"),
        "offset": ("offset", "offsetframe"),
        "type": ("type",),
    }
    columns |= UNITS if arguments.describe else {}
    joined = set()
    for where, row in first_sheet(path, columns, labels, optional=("apex", *UNITS)):
        name = samm_file_name(row)
        kind = kind_of(row["type"])
        if name is None or kind is None:
            what = f"file name '{text_of(row['filename'])}', type '{text_of(row['type'])}'"
            labels.findings.leave_out(where, f"not a label: {what}")
            continue
        emotion: str | None = ""
        description = Description(None, row.get("units"))
        if kind == "micro":
            if name not in codes:
                labels.findings.leave_out(where, f"{name} is not in {arguments.facs.name}")
                continue
            joined.add(name)
            description = codes[name][1]
            emotion = labels.emotion(where, description.emotion, kind)
        if emotion is not None:
            video = name.rpartition("_")[0]
            subject = name.partition("_")[0]
            frames = [row[column] for column in FRAMES]
            labels.add(where, subject, video, frames, emotion, kind, description)
    if not joined:
        raise InputError(
            f"{path.name} and {arguments.facs.name} have no micro-expression in common: "
            "the join of their file names is empty"
        )
    for name, (where, _) in codes.items():
        if name not in joined:
            labels.findings.leave_out(where, f"{name} is no micro-expression of {path.name}")


# --- CAS(ME)^3 ------------------------------------------------------------------------------------


def casme3_subject(cell: object) -> str:
    """spNO.1 -> 1, as in folder names; a number (1, 1.0) as it stands."""
    number = whole_number_of(cell)
    return str(number) if number is not None else text_of(cell).rpartition(".")[2]


def read_casme3(arguments: Namespace, labels: Labels) -> None:
    path = arguments.sheet
    columns: dict[str, tuple[str, ...]] = {
        "subject": ("subject",),
        "video": ("filename",),
        "onset": ("onset",),
        "apex": ("apex",),
        "offset": ("offset",),
        "emotion": ("emotion",),
    }
    columns |= UNITS if arguments.describe else {}
    kind = arguments.type
    for where, row in first_sheet(path, columns, labels, optional=("apex", *UNITS)):
        subject = casme3_subject(row["subject"])
        video = text_of(row["video"])
        if not subject or not video:
            labels.findings.leave_out(where, "subject or file name is empty")
            continue
        emotion = labels.emotion(where, row["emotion"], kind)
        if emotion is not None:
            frames = [row[name] for name in FRAMES]
            description = Description(row["emotion"], row.get("units"))
            labels.add(where, subject, video, frames, emotion, kind, description)


# --- SMIC-E long ----------------------------------------------------------------------------------


def read_smic(arguments: Namespace, labels: Labels) -> None:
    path = arguments.sheet
    columns = {
        "video": ("filename",),
        "onset": ("onsetf",),
        "offset": ("offsetf",),
        "first": ("firstf",),
        "emotion": ("emotion",),
    }
    for where, row in first_sheet(path, columns, labels):
        onset, offset, first = all_numbers(row, ("onset", "offset", "first"))
        video = text_of(row["video"])
        is_label = re.fullmatch(r"s\d+_\w+", video)
        if onset is None or offset is None or first is None or not is_label:
            labels.findings.leave_out(where, "not a label: a row of text")
            continue
        emotion = labels.emotion(where, row["emotion"], "micro")
        if emotion is not None:
            frames = (onset - first + 1, None, offset - first + 1)
            subject = video.partition("_")[0]
            labels.add(where, subject, video, frames, emotion, "micro")


READERS = {
    "casme_sq": read_casme_sq,
    "samm": read_samm,
    "casme3": read_casme3,
    "smic": read_smic,
}
