"""The sheets of SAMM Long Videos, and their FACS codes (docs/evaluation.md)."""

import re
from pathlib import Path

from mestr.errors import ConfigError, InputError
from mestr.labels.gathering import Description, Labels, all_numbers, kind_of
from mestr.labels.sheet_options import FRAMES, UNITS, SheetOptions, first_sheet
from mestr.labels.sheets import Row, text_of


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


def read_samm(options: SheetOptions, labels: Labels) -> None:
    path = options.sheet
    if options.facs is None:
        raise ConfigError("the emotions of SAMM are in SAMM_Micro_FACS_Codes_v2.xlsx, which is not given")
    codes = read_samm_codes(options.facs, labels, options.describe)
    columns = SAMM_NAME_COLUMNS | {
        "onset": ("onset", "onsetframe"),
        "apex": ("apex", "apexframe"),
        "offset": ("offset", "offsetframe"),
        "type": ("type",),
    }
    columns |= UNITS if options.describe else {}
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
                labels.findings.leave_out(where, f"{name} is not in {options.facs.name}")
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
            f"{path.name} and {options.facs.name} have no micro-expression in common: "
            "the join of their file names is empty"
        )
    for name, (where, _) in codes.items():
        if name not in joined:
            labels.findings.leave_out(where, f"{name} is no micro-expression of {path.name}")
