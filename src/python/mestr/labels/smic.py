"""The sheet of SMIC-E long (docs/evaluation.md)."""

import re

from mestr.labels.gathering import Labels, all_numbers
from mestr.labels.sheet_options import SheetOptions, first_sheet
from mestr.labels.sheets import text_of


def read_smic(options: SheetOptions, labels: Labels) -> None:
    path = options.sheet
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
