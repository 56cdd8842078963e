"""Files that the scripts read and write, with errors for the user."""

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mestr.errors import ConfigError, InputError

AnyPath = str | os.PathLike[str]


def paths_of(source: AnyPath | Sequence[AnyPath]) -> list[Path]:
    """Of one path or several."""
    several = [source] if isinstance(source, str | os.PathLike) else source
    return [Path(one) for one in several]


def read_json(path: Path, made_by: str) -> dict[str, Any]:
    """`made_by`: what writes such a file, for the error where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; {made_by} writes it") from None
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}") from None


def write_atomically(path: Path, content: bytes) -> None:
    """The file appears whole or not at all."""
    path = Path(path)
    temporary = path.with_name(f".{path.name}.part{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from None
    finally:  # after Ctrl-C too
        with contextlib.suppress(OSError):
            temporary.unlink()
