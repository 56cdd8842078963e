"""Runs a command of mestr's over and over, with its first, second, third... call of a kind failing, and says what is
wrong with how it fails."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

MESTR = Path(os.environ["MESTR"])
FAULTS = Path(os.environ["MESTR_FAULTS"])
EXIT_CODES = {0, 2, 3, 4, 5, 70}  # as `mestr --help` has them
MOST_FAULTS = 100_000
# Measured, so that no two runs have the same.
MEASURED = {"seconds", "wall_seconds"}
# Written first and brought up to date: an earlier state of theirs is whole, too.
GROWING = {"run.json", "manifest.json", "synth.json"}


@dataclass
class Fault:
    """Which calls fail, from the n-th on or the n-th alone; the variables of faults.cpp."""

    call: str
    error: int = errno.EIO
    lasts: bool = False
    bytes: int = 0

    def variables(self, number: int, below: Path, fired: Path) -> dict[str, str]:
        values = {"CALL": self.call, "NUMBER": number, "ERRNO": self.error, "LASTS": int(self.lasts), "BELOW": below,
                  "BYTES": self.bytes, "FIRED": fired}
        return {"MESTR_FAULT_" + name: str(value) for name, value in values.items()}


FILE_FAULTS = [
    Fault("open", errno.EACCES),
    Fault("write", errno.ENOSPC, lasts=True),
    Fault("write", errno.EIO),
    Fault("sync"),
    Fault("close"),
    Fault("rename", errno.EACCES),
    Fault("mkdir", errno.EACCES),
]


def without_measured(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_measured(item) for key, item in value.items() if key not in MEASURED}
    if isinstance(value, list):
        return [without_measured(item) for item in value]
    return value


def content(path: Path) -> object:
    data = path.read_bytes()
    if path.suffix != ".json":
        return data
    try:
        return without_measured(json.loads(data))
    except ValueError:
        return data


def contents(folder: Path) -> dict[str, object]:
    """Everything below a folder by its name there; no folder: nothing."""
    return {path.relative_to(folder).as_posix(): content(path) for path in folder.rglob("*") if path.is_file()}


@dataclass
class Command:
    """`arguments` write below `out`, which `prepare` fills with what was there before."""

    arguments: list[str]
    out: Path
    prepare: Callable[[Path], None] = lambda out: None

    def run(self, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        shutil.rmtree(self.out, ignore_errors=True)
        self.prepare(self.out)
        return subprocess.run([str(MESTR), *self.arguments], env=os.environ | environment, capture_output=True,
                              text=True, errors="replace", check=False, timeout=120)


class Walk:
    def __init__(self, command: Command) -> None:
        self.command = command
        done = command.run({})
        assert done.returncode == 0, done.stderr
        self.good = contents(command.out)
        shutil.rmtree(command.out)
        command.prepare(command.out)
        self.before = contents(command.out)

    def problems(self, fault: Fault, stride: int) -> Iterator[str]:
        """What is wrong, one text a fault that is not met as it should; ends when no call fails any more."""
        fired = self.command.out.with_name("fired")
        for number in range(1, MOST_FAULTS, stride):
            fired.unlink(missing_ok=True)
            variables = fault.variables(number, self.command.out, fired)
            done = self.command.run(variables | {"LD_PRELOAD": str(FAULTS)})
            wrong = list(self.wrong(done))
            if not fired.exists():
                assert not wrong, f"without a fault: {wrong}"
                return
            for what in wrong:
                yield f"{fault.call} {number} ({errno.errorcode[fault.error]}): {what}"

    def wrong(self, done: subprocess.CompletedProcess[str]) -> Iterator[str]:
        lines = done.stderr.strip().splitlines()
        if done.returncode not in EXIT_CODES:
            yield f"exit {done.returncode}: {done.stderr[-300:]}"
        if done.returncode != 0 and len(lines) != 1:
            yield f"{len(lines)} lines on stderr: {done.stderr}"
        if done.returncode != 0 and "please report" in done.stderr:
            yield f"called a bug: {done.stderr}"
        after = contents(self.command.out)
        for name, value in after.items():
            if Path(name).name.startswith("."):
                yield f"left {name}; {done.stderr}"
            elif not self.is_whole(name, value):
                yield f"{name} is neither the old nor the new one; {done.stderr}"
        for name in self.before.keys() - after.keys():
            yield f"lost {name}; {done.stderr}"
        if done.returncode == 0 and after != self.good:
            changed = [name for name in self.good if after.get(name) != self.good[name]]
            yield f"exit 0 without {changed}; {done.stderr}"

    def is_whole(self, name: str, value: object) -> bool:
        if value == self.good.get(name) or (name in self.before and value == self.before[name]):
            return True
        return Path(name).name in GROWING and isinstance(value, dict)
