"""Other programs, run as a part of this one."""

import contextlib
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from types import FrameType

from mestr.errors import ConfigError, MestrError

STDERR = 2


class StepFailedError(MestrError):
    """A program ended with an exit code of its own, and has said why."""

    def __init__(self, program: str, exit_code: int) -> None:
        super().__init__(f"{program} failed with exit code {exit_code}")
        self.exit_code = exit_code


@contextlib.contextmanager
def _signals(process: "list[subprocess.Popen[bytes]]") -> Iterator[None]:
    """Until the end of a program Ctrl-C, which it gets too, is its own matter; SIGTERM is handed on to it."""

    def hand_on(_signal: int, _frame: FrameType | None) -> None:
        for one in process:
            one.terminate()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        pass

    handlers = {signal.SIGINT: leave, signal.SIGTERM: hand_on}
    if threading.current_thread() is not threading.main_thread():
        handlers = {}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
    if code != 0:
        raise StepFailedError(command[0], code if code > 0 else 128 - code)
    return output or b""
