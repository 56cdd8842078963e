"""Labels, and what a person must know of the rows that they come from."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from mestr_train import UserError
from mestr_train.files import write_atomically
from mestr_train.labels import COLUMNS, DESCRIPTION, comparable_subject
from mestr_train.tables import printable, shown

from .action_units import read_action_units
from .sheets import Row, text_of, whole_number_of

COARSE_EMOTIONS = ("negative", "positive", "surprise", "others")


@dataclass
class Description:
    """What a sheet says of a label for questions: cells as they are."""

    emotion: object = None  # the fine-grained one
    action_units: object = None


@dataclass
class Label:
    subject: str
    video: str
    onset: int
    apex: int | None
    offset: int
    emotion: str
    type: str
    fine_emotion: str = ""
    action_units: str = ""

    def identity(self) -> tuple:
        """What two labels of one expression share."""
        subject = comparable_subject(self.subject)
        return subject, self.video, self.onset, self.offset, self.emotion, self.type


@dataclass
class Findings:
    """What a person must know: of the sheet, and of the rows that are left out or changed."""

    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    other_codes: set[int] = field(default_factory=set)  # no action units of the face
    labels_with_other_codes: int = 0

    def note(self, what: str) -> None:
        if what not in self.notes:
            self.notes.append(what)

    def leave_out(self, where: str, reason: str) -> None:
        self.left_out.append(f"{where}: {reason}")

    def change(self, where: str, what: str) -> None:
        self.changed.append(f"{where}: {what}")

    def leave_out_codes(self, codes: list[int]) -> None:
        """Of one label."""
        self.other_codes.update(codes)
        self.labels_with_other_codes += bool(codes)

    def all_notes(self) -> list[str]:
        if not self.other_codes:
            return self.notes
        codes = ", ".join(map(str, sorted(self.other_codes)))
        labels = counted(self.labels_with_other_codes, "label")
        what = f"{labels} with codes that are no action units of the face ({codes}): these are left out"
        return [*self.notes, what]


@dataclass
class EmotionTable:
    path: Path
    dataset: str
    coarse_of: dict[str, str]

    def coarse(self, emotion: object) -> str | None:
        return self.coarse_of.get(text_of(emotion).lower())


class Labels:
    """Checks rows and gathers what becomes a label."""

    def __init__(self, table: EmotionTable, findings: Findings) -> None:
        self.table = table
        self.findings = findings
        self.found: list[Label] = []
        self._where: dict[tuple, str] = {}

    def emotion(self, where: str, cell: object, kind: str) -> str | None:
        """The coarse emotion; None where the row is left out. Macro-expressions may have none."""
        if kind == "macro" and not text_of(cell):
            return ""
        coarse = self.table.coarse(cell)
        if coarse is None:
            name = self.table.path.name
            self.findings.leave_out(where, f"emotion {shown(text_of(cell))} is not in {name}")
        return coarse

    def add(
        self,
        where: str,
        subject: str,
        video: str,
        frames: Sequence[object],
        emotion: str,
        kind: str,
        description: Description | None = None,
    ) -> None:
        """`frames` are the cells of onset, apex and offset, counted from 1."""
        onset, apex, offset = (whole_number_of(cell) for cell in frames)
        if onset is None:
            self.findings.leave_out(where, "the onset is not a number")
            return
        if onset < 1:
            self.findings.leave_out(where, f"the onset is {onset}")
            return
        if apex is None and text_of(frames[1]):
            what = f"the apex {shown(text_of(frames[1]))} is not a number: left empty"
            self.findings.change(where, what)
        if apex is not None and apex < 1:
            apex = None
        if offset is None or offset < 1:
            if apex is None:
                self.findings.leave_out(where, "neither offset nor apex is annotated")
                return
            unread = offset is None and text_of(frames[2])
            what = f"the offset {shown(unread)} is not a number" if unread else "no offset"
            self.findings.change(where, f"{what}, the apex {apex} stands in")
            offset = apex
        if offset < onset:
            self.findings.leave_out(where, f"the offset {offset} is before the onset {onset}")
            return
        if apex is not None and not onset <= apex <= offset:
            what = f"the apex {apex} is outside {onset} to {offset}: left empty"
            self.findings.change(where, what)
            apex = None
        label = Label(subject, video, onset, apex, offset, emotion, kind)
        if self._append(where, label) and description is not None:
            self._describe(where, label, description)

    def _describe(self, where: str, label: Label, description: Description) -> None:
        label.fine_emotion = text_of(description.emotion).lower()
        read = read_action_units(text_of(description.action_units))
        label.action_units = read.units
        for what in read.unread:
            self.findings.change(where, what)
        self.findings.leave_out_codes(read.other_codes)

    def _append(self, where: str, label: Label) -> bool:
        identity = label.identity()
        if identity in self._where:
            self.findings.leave_out(where, f"the same label as {self._where[identity]}")
            return False
        self._where[identity] = where
        self.found.append(label)
        return True


def counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def kind_of(cell: object) -> str | None:
    """micro or macro, however the sheet spells it ('Micro - 1/2', 'micro-expression', 'Macro')."""
    text = text_of(cell).lower()
    return next((kind for kind in ("micro", "macro") if text.startswith(kind)), None)


def all_numbers(row: Row, names: Iterable[str]) -> list[int | None]:
    return [whole_number_of(row[name]) for name in names]


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


def write_labels(path: Path, dataset: str, labels: Sequence[Label], describe: bool) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS + DESCRIPTION if describe else COLUMNS)
    for label in labels:
        apex = "" if label.apex is None else label.apex
        frames = label.onset, apex, label.offset
        row = [dataset, label.subject, label.video, *frames, label.emotion, label.type]
        writer.writerow([*row, label.fine_emotion, label.action_units] if describe else row)
    write_atomically(path, text.getvalue().encode())


def report(labels: Sequence[Label], findings: Findings, stream: TextIO) -> None:
    for title, lines in (
        ("note", findings.all_notes()),
        ("changed", findings.changed),
        ("left out", findings.left_out),
    ):
        for line in lines:
            print(f"{title}: {printable(line)}", file=stream)
    micro = sum(label.type == "micro" for label in labels)
    found, left_out = counted(len(labels), "label"), counted(len(findings.left_out), "row")
    print(
        f"{found} ({micro} micro, {len(labels) - micro} macro), {len(findings.changed)} changed, "
        f"{left_out} left out",
        file=stream,
    )
