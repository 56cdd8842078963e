"""Other programs, run as a part of this one."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from mestr.errors import ConfigError, MestrError
from mestr.shipped import shipped_file

STDERR = 2


class StepFailedError(MestrError):
    """A program ended with an exit code of its own, and has said why."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class StepKilledError(StepFailedError):
    """A signal ended a program, which could not say why."""


@contextlib.contextmanager
def _signals(process: "list[subprocess.Popen[bytes]]") -> Iterator[None]:
    """Until the end of a program Ctrl-C, which it gets too, is its own matter; SIGTERM is handed on to it."""

    def hand_on(_signal: int, _frame: FrameType | None) -> None:
        for one in process:
            one.terminate()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        pass

    handlers = {signal.SIGINT: leave, signal.SIGTERM: hand_on}
    before = dict[signal.Signals, Any]()
    if threading.current_thread() is threading.main_thread():
        for number, handler in handlers.items():
            # A signal that is ignored, as in a shell's background job, is ignored by the program too; None is a
            # handler that is not Python's, which could not be put back.
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def run_program(words: Sequence[object], captured: bool = False) -> bytes:
    """What it printed if `captured`; else that goes to standard error, as what is said to people.

    On Ctrl-C or SIGTERM the program ends as it does by itself, and so does this. Raises StepFailedError.
    """
    command = [str(word) for word in words]
    running: list[subprocess.Popen[bytes]] = []
    with _signals(running):
        try:
            running.append(subprocess.Popen(command, stdout=subprocess.PIPE if captured else STDERR))
        except OSError as error:
            raise ConfigError(f"cannot run {command[0]}: {error.strerror}") from None
        output, _ = running[0].communicate()
    code = running[0].returncode
    if code < 0:
        raise StepKilledError(f"{Path(command[0]).name} was ended by signal {-code}", 128 - code)
    if code > 0:
        raise StepFailedError(f"{command[0]} failed with exit code {code}", code)
    return output or b""


def find_program() -> Path:
    """mestr: what MESTR says; of a source tree the release preset, which is built; or the mestr on the PATH."""
    wanted = os.environ.get("MESTR")
    if wanted:
        found = shutil.which(wanted)
        if found is None:
            raise ConfigError(f"MESTR={wanted}: no such program")
        return Path(found).resolve()
    script = shipped_file("scripts/program.sh")
    if script.is_file():
        built = subprocess.run([script, "build", "test"], stdout=subprocess.PIPE, text=True, check=False)
        if built.returncode != 0:
            raise ConfigError(f"{script} could not build mestr")
        return Path(built.stdout.strip())
    found = shutil.which("mestr")
    if found is None:
        raise ConfigError("the program mestr is not on the PATH; MESTR=/path/to/mestr says where it is")
    return Path(found)
