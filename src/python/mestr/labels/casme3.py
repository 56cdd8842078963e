"""The sheets of CAS(ME)^3 (docs/evaluation.md)."""

from mestr.labels.gathering import Description, Labels
from mestr.labels.sheet_options import FRAMES, UNITS, SheetOptions, first_sheet
from mestr.labels.sheets import text_of, whole_number_of


def casme3_subject(cell: object) -> str:
    """spNO.1 -> 1, as in folder names; a number (1, 1.0) as it stands."""
    number = whole_number_of(cell)
    return str(number) if number is not None else text_of(cell).rpartition(".")[2]


def read_casme3(options: SheetOptions, labels: Labels) -> None:
    path = options.sheet
    columns: dict[str, tuple[str, ...]] = {
        "subject": ("subject",),
        "video": ("filename",),
        "onset": ("onset",),
        "apex": ("apex",),
        "offset": ("offset",),
        "emotion": ("emotion",),
    }
    columns |= UNITS if options.describe else {}
    kind = options.kind
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
