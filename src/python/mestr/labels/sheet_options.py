"""What the sheets of all data sets have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mestr.labels.gathering import Labels
from mestr.labels.sheets import Row, read_sheets, rows_below_header

FRAMES = ("onset", "apex", "offset")
UNITS: dict[str, tuple[str, ...]] = {"units": ("actionunits", "actionunit", "aus", "au")}


@dataclass(frozen=True)
class SheetOptions:
    """What is read, and how."""

    sheet: Path  # the data set's label sheet: xlsx, xls, ods or CSV
    facs: Path | None = None  # of SAMM, which needs it: SAMM_Micro_FACS_Codes_v2.xlsx
    root: Path | None = None  # of CAS(ME)^2: rawpic, to complete the names of the videos' folders
    kind: Literal["micro", "macro"] = "micro"  # of CAS(ME)^3: what the sheet lists
    describe: bool = False  # also the fine-grained emotion and action units


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
