"""Manifests of videos, less those without a labelled micro-expression, as the published code of
ME-TST and BoostingVRME selects: python3 -m mestr.train.selection MANIFEST LABELS OUTPUT."""

import csv
import io
import sys
from pathlib import Path

from mestr.errors import InputError
from mestr.files import write_atomically
from mestr.labels import VideoKey, comparable, read_labels
from mestr.labels.csv_table import read_table
from mestr.programs import exit_code_of

COLUMNS = ["dataset", "subject", "video", "path", "fps"]


def select(manifest: Path, labels: Path, output: Path) -> int:
    """How many videos are dropped. Paths become absolute."""
    wanted = {comparable(label.key) for label in read_labels(labels) if label.is_micro}
    table = read_table(manifest, COLUMNS)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    kept = 0
    for row in table.rows:
        cells = {name: table.cell(row, name) for name in COLUMNS}
        if comparable(VideoKey(cells["dataset"], cells["subject"], cells["video"])) in wanted:
            cells["path"] = str((manifest.parent / cells["path"]).absolute())
            writer.writerow(cells.values())
            kept += 1
    if not kept:
        raise InputError(f"{manifest}: none of its videos has a micro-expression in {labels}")
    write_atomically(output, text.getvalue().encode())
    return len(table.rows) - kept


def main(argv: list[str]) -> int:
    manifest, labels, output = (Path(word) for word in argv)

    def work() -> None:
        dropped = select(manifest, labels, output)
        print(
            f"{manifest}: {dropped} videos without a micro-expression are dropped", file=sys.stderr
        )

    return exit_code_of(work, "crossval.sh")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
