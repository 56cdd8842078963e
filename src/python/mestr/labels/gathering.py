"""What becomes of the rows of label sheets, and what a person must know of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from mestr.labels.action_units import read_action_units
from mestr.labels.csv_table import printable, shown
from mestr.labels.emotions import EmotionTable
from mestr.labels.label import Label
from mestr.labels.sheets import Row, text_of, whole_number_of

Frames = tuple[int, int | None, int]  # onset, apex, offset, counted from 1


@dataclass
class Description:
    """What a sheet says of a label for questions: cells as they are."""

    emotion: object = None  # the fine-grained one
    action_units: object = None


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


class Labels:
    """Checks rows and gathers what becomes a label."""

    def __init__(self, table: EmotionTable, findings: Findings, dataset: str | None = None) -> None:
        """dataset: of the labels, in place of the table's."""
        self.table = table
        self.dataset = dataset or table.dataset
        self.findings = findings
        self.found: list[Label] = []
        self._where: dict[tuple[object, ...], str] = {}

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
        read = self._frames(where, frames)
        if read is None:
            return
        onset, apex, offset = read
        said = description or Description()
        units = read_action_units(text_of(said.action_units))
        label = Label(
            self.dataset,
            subject,
            video,
            onset - 1,
            None if apex is None else apex - 1,
            offset - 1,
            emotion,
            kind == "micro",
            text_of(said.emotion).lower(),
            units.units,
        )
        if self._append(where, label):
            for what in units.unread:
                self.findings.change(where, what)
            self.findings.leave_out_codes(units.other_codes)

    def _frames(self, where: str, cells: Sequence[object]) -> Frames | None:
        """None where the row is left out."""
        onset, apex, offset = (whole_number_of(cell) for cell in cells)
        if onset is None:
            self.findings.leave_out(where, "the onset is not a number")
            return None
        if onset < 1:
            self.findings.leave_out(where, f"the onset is {onset}")
            return None
        if apex is None and text_of(cells[1]):
            what = f"the apex {shown(text_of(cells[1]))} is not a number: left empty"
            self.findings.change(where, what)
        if apex is not None and apex < 1:
            apex = None
        if offset is None or offset < 1:
            if apex is None:
                self.findings.leave_out(where, "neither offset nor apex is annotated")
                return None
            unread = offset is None and text_of(cells[2])
            what = f"the offset {shown(unread)} is not a number" if unread else "no offset"
            self.findings.change(where, f"{what}, the apex {apex} stands in")
            offset = apex
        if offset < onset:
            self.findings.leave_out(where, f"the offset {offset} is before the onset {onset}")
            return None
        if apex is not None and not onset <= apex <= offset:
            what = f"the apex {apex} is outside {onset} to {offset}: left empty"
            self.findings.change(where, what)
            apex = None
        return onset, apex, offset

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


def report(labels: Sequence[Label], findings: Findings, stream: TextIO) -> None:
    for title, lines in (
        ("note", findings.all_notes()),
        ("changed", findings.changed),
        ("left out", findings.left_out),
    ):
        for line in lines:
            print(f"{title}: {printable(line)}", file=stream)
    micro = sum(label.is_micro for label in labels)
    found, left_out = counted(len(labels), "label"), counted(len(findings.left_out), "row")
    print(
        f"{found} ({micro} micro, {len(labels) - micro} macro), {len(findings.changed)} changed, "
        f"{left_out} left out",
        file=stream,
    )
