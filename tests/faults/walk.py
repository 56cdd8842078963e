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
from typing import Any

MESTR = Path(os.environ["MESTR"])
FAULTS = Path(os.environ["MESTR_FAULTS"])
EXIT_CODES = {0, 2, 3, 4, 5, 70}  # as `mestr --help` has them
# Measured, so that no two runs have the same.
MEASURED = {"seconds", "cpu_seconds", "wall_seconds"}
# Of a lock that nobody holds any more, where a process ended without the end of its command: a lack of memory where
# no handler is.
LOCK = ".mestr-lock"
# Written first and brought up to date: an earlier state of theirs is whole, too.
GROWING = {"run.json", "manifest.json", "synth.json"}


@dataclass
class Fault:
    """Calls that fail, from the n-th on or the n-th alone; as in faults.cpp."""

    call: str
    error: int = errno.EIO
    lasts: bool = False


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


def content(path: Path) -> Any:
    data = path.read_bytes()
    if path.suffix != ".json":
        return data
    try:
        return without_measured(json.loads(data))
    except ValueError:
        return data


def contents(folder: Path) -> dict[str, Any]:
    """Everything below a folder by its name there; no folder: nothing."""
    return {path.relative_to(folder).as_posix(): content(path) for path in folder.rglob("*") if path.is_file()}


@dataclass
class Command:
    """`arguments` write below `out`, which `prepare` fills with what was there before."""

    arguments: list[str]
    out: Path
    prepare: Callable[[Path], object] = lambda _out: None
    # Tables that are written with their header alone where the videos failed.
    tables: tuple[str, ...] = ()

    def run(self, variables: dict[str, object]) -> subprocess.CompletedProcess[str]:
        shutil.rmtree(self.out, ignore_errors=True)
        self.prepare(self.out)
        faults = {"MESTR_FAULT_" + name: str(value) for name, value in variables.items()}
        environment = os.environ | {"LD_PRELOAD": str(FAULTS), "MESTR_FAULT_BELOW": str(self.out)} | faults
        return subprocess.run([str(MESTR), *self.arguments], env=environment, capture_output=True, text=True,
                              errors="replace", check=False, timeout=120)


class Walk:
    """Allocations of `large_bytes` or more count."""

    def __init__(self, command: Command, large_bytes: int) -> None:
        self.command = command
        self.large_bytes = large_bytes
        self.beside = command.out.parent
        done = command.run({"BYTES": large_bytes, "COUNTS": self.beside / "counts"})
        assert done.returncode == 0, done.stderr
        self.good = contents(command.out)
        words = (self.beside / "counts").read_text(encoding="utf-8").split()
        self.counts = {name: int(count) for name, count in zip(words[::2], words[1::2], strict=True)}
        shutil.rmtree(command.out)
        command.prepare(command.out)
        self.before = contents(command.out)

    def problems(self, fault: Fault, stride: int) -> Iterator[str]:
        """What is wrong, one text a fault that is not met as it should. The first and the last are always tried."""
        last = self.counts[fault.call]
        for number in sorted({*range(last, 0, -stride), *([1] if last else [])}):
            fired = self.beside / "fired"
            fired.unlink(missing_ok=True)
            done = self.command.run({"CALL": fault.call, "NUMBER": number, "ERRNO": fault.error,
                                     "LASTS": int(fault.lasts), "BYTES": self.large_bytes, "FIRED": fired})
            # How often threads allocate differs from run to run.
            assert fired.exists() or fault.call == "alloc", f"{fault.call} {number} did not come"
            for what in [*self.wrong(done), *(self.wrong_words(done) if fault.call == "alloc" else ())]:
                yield f"{fault.call} {number} ({errno.errorcode[fault.error]}): {what}"

    def wrong(self, done: subprocess.CompletedProcess[str]) -> Iterator[str]:
        # x264 itself prints what it could not allocate.
        lines = [line for line in done.stderr.strip().splitlines() if not line.startswith("x264 [error]: malloc")]
        if done.returncode not in EXIT_CODES:
            yield f"exit {done.returncode}: {done.stderr[-300:]}"
        if done.returncode != 0 and len(lines) != 1:
            yield f"{len(lines)} lines on stderr: {done.stderr}"
        if done.returncode != 0 and "please report" in done.stderr:
            yield f"called a bug: {done.stderr}"
        after = contents(self.command.out)
        for name, value in after.items():
            if name == LOCK and done.stderr.startswith("mestr: "):
                continue
            if Path(name).name.startswith("."):
                yield f"left {name}; {done.stderr}"
            elif not self.is_whole(name, value, done.returncode in {3, 5}):
                yield f"{name} is neither the old nor the new one; {done.stderr}"
        for name in self.before.keys() - after.keys():
            yield f"lost {name}; {done.stderr}"
        if done.returncode == 0 and after != self.good:
            changed = [name for name in self.good if after.get(name) != self.good[name]]
            yield f"exit 0 without {changed}; {done.stderr}"

    def wrong_words(self, done: subprocess.CompletedProcess[str]) -> Iterator[str]:
        """A lack of memory is no fault of the input, and told in our words."""
        if done.returncode != 0 and "out of memory" not in done.stderr:
            yield f"does not say that memory ran out: {done.stderr}"

    def is_whole(self, name: str, value: object, failed: bool) -> bool:
        if value in (self.good.get(name), self.before.get(name)):
            return True
        if failed and name in self.command.tables:
            return value == self.good[name].splitlines(keepends=True)[0]
        return Path(name).name in GROWING and isinstance(value, dict)
