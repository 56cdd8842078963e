"""A wheel in a fresh environment: README's two lines, and the bits of PyPI's OpenCV.

The wheel has what the dev build compiled (MESTR_PYTHON_PREBUILT): to compile the library a second time would take as
long as the whole of CI. All else is as `pip install .` has it.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import BUILD, FPS, run_program

ROOT = Path(__file__).resolve().parents[2]
# 4.6 to 4.12 have one flow; 4.13 has another.
PACKAGES = ["scikit-build-core>=0.10", "pybind11>=2.10", "numpy", "opencv-contrib-python-headless<4.13"]


def run(*command: object, folder: Path = ROOT) -> str:
    plain = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MESTR_DATA")}
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, cwd=folder, env=plain)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment with the package."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "venv", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    pip = [python, "-m", "pip", "--disable-pip-version-check", "-q"]
    fetched = subprocess.run([*pip, "install", "--only-binary", ":all:", *PACKAGES],
                             capture_output=True, text=True, check=False)
    if fetched.returncode != 0:
        pytest.skip(f"PyPI cannot be reached: {fetched.stderr.strip().splitlines()[-1:]}")
    run(*pip, "wheel", "--no-build-isolation", "--no-deps", "-w", folder,
        "--config-settings", f"cmake.define.MESTR_PYTHON_PREBUILT={BUILD}", ".")
    wheels = list(folder.glob("mestr-*.whl"))
    assert len(wheels) == 1
    run(*pip, "install", "--no-deps", wheels[0])
    return python


def test_the_readme_s_lines_find_what_the_program_finds(python, tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    line = re.search(r"^    python3 -c '(.*mestr\.analyze.*)'$", readme, re.MULTILINE)
    assert line, "README has no line that analyses a clip"
    assert re.search(r"^    pip install \.", readme, re.MULTILINE)
    run(os.environ["MESTR"], "synth", "-o", tmp_path / "set", "--format", "avi", "--clips", 1, "--seconds", 4,
        "--count", 1, "--contexts", "frozen", "--intensity", "4,4", "--size", "320x240")
    next((tmp_path / "set").glob("*.avi")).rename(tmp_path / "clip.mp4")
    printed = run(python, "-c", line[1], folder=tmp_path)
    program = run_program("run", tmp_path / "clip.mp4", "-o", tmp_path / "out", "-q").stdout
    found = re.search(r"frames (\d+) to (\d+) .*: (\w+), probability", program)
    assert found
    assert f"onset={int(found[1]) - 1}," in printed
    assert f"offset={int(found[2]) - 1}," in printed and found[3] in printed


def test_configs_and_models_come_with_it(python, clip, tmp_path):
    script = f"import mestr; print(mestr.__file__, mestr.analyze({str(clip)!r}, {FPS}, config='mean_cas').model)"
    printed = run(python, "-c", script, folder=tmp_path)
    assert str(python.parents[1]) in printed and "mean" in printed
    package = Path(printed.split()[0]).parent
    assert (package / "share" / "mestr" / "configs" / "demo.yaml").exists()
    assert (package / "py.typed").exists() and (package / "_core.pyi").exists()


def test_training_and_labels_come_with_it(python, tmp_path):
    for name in ("train-mean", "crossval", "labels-to-csv"):
        assert run(python.parent / f"mestr-{name}", "--help").startswith(f"usage: mestr-{name}")
    script = """
from mestr.labels.action_units import known_units
from mestr.shipped import shipped_file
import mestr.train
print(12 in known_units(), shipped_file("configs/emotions_samm.yaml").is_file())
print(shipped_file("src/report/page/colours.json").is_file())
"""
    assert run(python, "-c", script, folder=tmp_path).split() == ["True"] * 3


def test_exact_has_the_bits_of_pypi_s_opencv_without_ipp(python, tmp_path):
    script = """
import cv2, mestr, numpy as np
cv2.ipp.setUseIPP(False)
for seed, size in enumerate([(128, 128), (97, 61), (16, 16), (240, 320)]):
    noise = np.random.default_rng(seed).integers(0, 256, size, dtype=np.uint8)
    a = cv2.GaussianBlur(noise, (0, 0), 2)
    b = np.roll(a, 1, 1)
    theirs = cv2.optflow.DualTVL1OpticalFlow_create().calc(a, b, None)
    print(np.array_equal(mestr.tvl1(a, b), theirs))
"""
    assert run(python, "-c", script, folder=tmp_path).split() == ["True"] * 4
