"""Labels: expressions that somebody annotated, their CSV, and the sheets of the data sets that they come from.

label.py and label_csv.py are what everything else needs; sheets.py reads cells of workbooks and CSV files, gathering.py
has what becomes of a row, casme_sq.py, casme3.py, samm.py and smic.py know a data set's sheets each.
"""

from mestr.labels.label import LEAST_IOU, Label, Span, VideoKey, comparable, comparable_subject, iou
from mestr.labels.label_csv import COLUMNS, read_labels, write_labels

__all__ = [
    "COLUMNS",
    "LEAST_IOU",
    "Label",
    "Span",
    "VideoKey",
    "comparable",
    "comparable_subject",
    "iou",
    "read_labels",
    "write_labels",
]
