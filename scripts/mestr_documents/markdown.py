"""Tables in Markdown."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mestr.errors import ConfigError
from mestr.files import write_atomically


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def with_interval(value: float, interval: Sequence[float], digits: int = 2) -> str:
    low, high = interval
    return f"{value:.{digits}f} ({low:.{digits}f} - {high:.{digits}f})"


def update(path: Path, tables: Mapping[str, str]) -> None:
    """The file itself, whole or not at all."""
    write_atomically(path, updated(path, tables).encode())


def updated(path: Path, tables: Mapping[str, str]) -> str:
    """The file's text with those tables that it has places for; places of other tables stay as they are."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    places = [name for name in re.findall(r"<!-- begin: (\w+) -->", text) if name in tables]
    if not places:
        raise ConfigError(f"{path} has no place for a table: <!-- begin: {next(iter(tables))} -->")
    for name in places:
        begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
        head, _, rest = text.partition(begin)
        _, found, tail = rest.partition(end)
        if places.count(name) > 1 or not found:
            raise ConfigError(f"{path}: {begin} and {end} must stand there once, in this order")
        text = f"{head}{begin}\n\n{tables[name]}\n\n{end}{tail}"
    return text
