"""The programs of the package, one a module: what they are called with, and what they print. Each `main` takes the
words of its command line, or None for those of this process, and gives the exit code.

Nothing that Python may lack is imported before a program begins to work, so that --help is there without it."""

import sys
from collections.abc import Callable
from pathlib import Path

from mestr.errors import ConfigError, DeviceError, InputError, MestrError, ModelError
from mestr.programs.modules import missing_module
from mestr.subprograms import StepFailedError, StepKilledError

# Those of the program mestr.
_USAGE = 2
_STOPPED = 130
_EXIT_CODES: dict[type[MestrError], int] = {ConfigError: _USAGE, DeviceError: _USAGE, InputError: 3, ModelError: 4}


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def called_as() -> str:
    """What lines for the user begin with: the name of the script or the installed program."""
    return Path(sys.argv[0]).name


def exit_code_of(work: Callable[[], None], program: str | None = None) -> int:
    """Does the work of a program; what is wrong becomes its one line and its exit code.
    Work imports what Python may lack by itself: that too becomes one line."""
    try:
        work()
    except KeyboardInterrupt:
        say(f"{program or called_as()}: stopped")
        return _STOPPED
    except StepKilledError as error:
        say(f"{program or called_as()}: {error}")
        return error.exit_code
    except StepFailedError as error:
        return error.exit_code  # it has said why
    except MestrError as error:
        say(f"{program or called_as()}: {error}")
        return next((code for kind, code in _EXIT_CODES.items() if isinstance(error, kind)), 70)
    except ImportError as error:
        line = missing_module(error)
        if line is None:
            raise
        say(f"{program or called_as()}: {line}")
        return _USAGE
    return 0
