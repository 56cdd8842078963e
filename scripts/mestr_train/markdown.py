"""Tables in Markdown."""

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def with_interval(value: float, interval: Sequence[float], digits: int = 2) -> str:
    low, high = interval
    return f"{value:.{digits}f} ({low:.{digits}f} - {high:.{digits}f})"
