from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mestr

BUILD = Path(os.environ["MESTR_BUILD"])
MESTR = os.environ["MESTR"]
FPS = 30


def run_program(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([MESTR, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def clip() -> Path:
    """60 frames of a synthetic person with one clear micro-expression, rendered once a build."""
    return BUILD / "tests" / "support" / "people" / "clear"


@pytest.fixture(scope="session")
def frames_rgb(clip: Path) -> np.ndarray:
    import cv2  # the tests of training do without

    names = sorted(clip.glob("*.png"), key=lambda path: int(path.stem))
    return np.stack([cv2.cvtColor(cv2.imread(str(name)), cv2.COLOR_BGR2RGB) for name in names])


@pytest.fixture(scope="session")
def analysis(clip: Path) -> mestr.Analysis:
    return mestr.analyze(clip, FPS)


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Callable[..., Path]:
    """The folder that the program writes of the clip with some flags."""

    def run(*flags: str) -> Path:
        out = tmp_path_factory.mktemp("run") / "out"
        done = run_program("run", clip, "--fps", FPS, "-o", out, "-q", *flags)
        assert done.returncode == 0, done.stderr
        return out

    return run


@pytest.fixture(scope="session")
def features(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """For the tests of training: four subjects with three videos each. To be read only."""
    from made_up_features import four_subjects

    return four_subjects(tmp_path_factory.mktemp("made") / "features")
