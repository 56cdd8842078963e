"""Files that come with mestr: in a source tree, and in what a wheel or `cmake --install` makes of it."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped_file(name: str) -> Path:
    """`name`: from the top of the source tree. Beside an installed package the files of a wheel lie."""
    of_wheel = _PACKAGE / "share" / "mestr"
    return (of_wheel if of_wheel.is_dir() else _PACKAGE.parents[2]) / name
