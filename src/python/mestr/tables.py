"""Rows of dataclasses as a table."""

import dataclasses
import html
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from mestr.errors import MestrError

if TYPE_CHECKING:
    import pandas

Row = TypeVar("Row")


def need_pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise MestrError("this needs pandas: pip install pandas") from error
    return pandas


def _text(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "" if value is None else str(value)


class Table(tuple[Row, ...], Generic[Row]):
    """A tuple of rows that all are of the dataclass `kind`."""

    kind: type[Row]

    @classmethod
    def of_rows(cls, kind: type[Row], rows: Iterable[Row]) -> "Table[Row]":
        table = cls(rows)
        table.kind = kind
        return table

    @classmethod
    def of(cls, kind: type[Row], rows: Iterable[dict[str, Any]]) -> "Table[Row]":
        return cls.of_rows(kind, (kind(**row) for row in rows))

    def columns(self) -> list[str]:
        return [field.name for field in dataclasses.fields(self.kind)]

    def to_pandas(self) -> "pandas.DataFrame":
        """A DataFrame, one line a row (needs pandas)."""
        rows = [[getattr(row, name) for name in self.columns()] for row in self]
        return need_pandas().DataFrame(rows, columns=self.columns())

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns())
        rows = [
            "<tr>" + "".join(f"<td>{html.escape(_text(getattr(row, name)))}</td>" for name in self.columns()) + "</tr>"
            for row in self
        ]
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
