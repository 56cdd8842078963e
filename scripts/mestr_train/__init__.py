"""Python side of mestr: the MEAN network in PyTorch, its file format, conversion and training.

Runs on Debian 12's python3-torch (1.13) and on PyTorch 2.x.
"""

import sys
from collections.abc import Callable

from .modules import missing_module


class UserError(Exception):
    """One line for the user: what is wrong, which file, what to do. Exit codes are mestr's."""

    exit_code = 2  # a flag, or a folder that cannot be written


class InputError(UserError):
    exit_code = 3  # features or labels


class ModelError(UserError):
    exit_code = 4  # a model or weight file


def exit_code_of(program: str, work: Callable[[], None]) -> int:
    """Does the work of a script; what is wrong becomes its one line and its exit code.
    Work imports what Python may lack by itself: that too becomes one line."""
    try:
        work()
    except UserError as error:
        print(f"{program}: {error}", file=sys.stderr)
        return error.exit_code
    except ImportError as error:
        line = missing_module(error)
        if line is None:
            raise
        print(f"{program}: {line}", file=sys.stderr)
        return UserError.exit_code
    return 0
