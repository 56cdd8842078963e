"""The sheets of CAS(ME)^2: code_final.xlsx (docs/evaluation.md)."""

from collections.abc import Sequence
from pathlib import Path

from mestr.errors import InputError
from mestr.labels.gathering import Description, Labels, counted, kind_of
from mestr.labels.label import Label
from mestr.labels.manifest import ManifestRow
from mestr.labels.sheet_options import SheetOptions
from mestr.labels.sheets import read_sheets, text_of, whole_number_of

FRAMES_A_SECOND = "30"


def read_casme_sq(options: SheetOptions, labels: Labels) -> None:
    path = options.sheet
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
        add_casme_sq_label(options.root, labels, where, subject, code, row)


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


def casme_sq_videos(root: Path, labels: Sequence[Label]) -> list[ManifestRow]:
    """The videos that have a micro-expression, once each, in the order of the labels."""
    keys = dict.fromkeys(label.key for label in labels if label.is_micro)
    return [ManifestRow(x, (root / x.subject / x.video).absolute(), FRAMES_A_SECOND) for x in keys]


def casme_sq_folder(root: Path | None, subject: str, code: str) -> str | None:
    """rawpic/s15/15_0401girlcrashing; without a root what is known of its name."""
    prefix = f"{subject.lstrip('s')}_{code}"
    if root is None:
        return prefix
    folders = sorted((root / subject).glob(prefix + "*"))
    return folders[0].name if len(folders) == 1 else None
