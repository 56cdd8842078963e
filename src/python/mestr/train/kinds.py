"""The kinds of rows of features that networks of pairs and sequences are trained on."""

from typing import NamedTuple


class RowKind(NamedTuple):
    """What rows are called, and their shape."""

    name: str
    shape: tuple[int, ...]


MEAN_ROWS = RowKind("mean-v1", (3, 42, 42))  # u, v, strain
SEQUENCE_ROWS = RowKind("flow-grid-v1", (2, 32, 32))  # u, v on a grid, px
