"""Who reads the sheets of which data set."""

from collections.abc import Callable
from pathlib import Path

from mestr.labels.casme3 import read_casme3
from mestr.labels.casme_sq import read_casme_sq
from mestr.labels.emotions import read_emotion_table
from mestr.labels.gathering import Findings, Labels
from mestr.labels.samm import read_samm
from mestr.labels.sheet_options import SheetOptions
from mestr.labels.smic import read_smic
from mestr.shipped import shipped_file

READERS: dict[str, Callable[[SheetOptions, Labels], None]] = {
    "casme_sq": read_casme_sq,
    "samm": read_samm,
    "casme3": read_casme3,
    "smic": read_smic,
}

def read_label_sheets(
    data_set: str, options: SheetOptions, emotions: Path | None = None, dataset: str | None = None
) -> Labels:
    """The labels of a data set's sheets, and what a person must know of them.

    data_set: a key of READERS. emotions: table of coarse ones (None: configs/emotions_<data set>.yaml); dataset: what
    the labels have in that column (None: the table's).
    """
    table = read_emotion_table(emotions or shipped_file(f"configs/emotions_{data_set}.yaml"))
    labels = Labels(table, Findings(), dataset)
    READERS[data_set](options, labels)
    return labels
