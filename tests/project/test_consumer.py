"""Somebody else's project of ten lines builds on mestr, installed and as a sub-project, and finds what the program
finds."""

import csv
import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONSUMER = ROOT / "tests" / "project" / "consumer"
MESTR = Path(os.environ["MESTR"])
BUILD = Path(os.environ["MESTR_BUILD"])

pytestmark = pytest.mark.skipif(bool(os.environ["MESTR_SANITIZE"]), reason="the consumer's program is not sanitized")


def run(*command: object, **options: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def compile_commands(folder: Path) -> dict[str, str]:
    listed = json.loads((folder / "compile_commands.json").read_text(encoding="utf-8"))
    return {Path(entry["file"]).name: entry["command"] for entry in listed}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    run(MESTR, "synth", "-o", folder / "set", "--format", "avi", "--clips", 1, "--seconds", 4, "--count", 1,
        "--contexts", "frozen", "--intensity", "4,4", "--size", "320x240")
    return next((folder / "set").glob("*.avi"))


@pytest.fixture(scope="module")
def expected(clip: Path) -> list[str]:
    out = clip.parent.parent / "out"
    run(MESTR, "run", clip, "-o", out, "--config", "demo", "-q")
    with open(out / "predictions.csv", encoding="utf-8") as file:
        rows = [f"{row['onset']} {row['offset']} {row['emotion']}" for row in csv.DictReader(file)]
    assert rows
    return rows


def test_an_installed_mestr_is_found_and_analyses_in_memory(tmp_path: Path, clip: Path, expected: list[str]):
    prefix = tmp_path / "prefix"
    run("cmake", "--install", BUILD, "--prefix", prefix)
    headers = {path.relative_to(prefix / "include").as_posix() for path in (prefix / "include").rglob("*.h")}
    assert "mestr/mestr.h" in headers
    assert not [name for name in headers if "bench" in name or "synth" in name or "csv" in name]
    run("cmake", "-S", CONSUMER, "-B", tmp_path / "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}",
        "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
    run("cmake", "--build", tmp_path / "build")
    command = compile_commands(tmp_path / "build")["main.cpp"]
    assert "-Wall" not in command and "-ffp-contract" not in command
    assert run(tmp_path / "build" / "consumer", clip).splitlines() == expected


def test_the_installed_program_finds_its_module_and_its_files(tmp_path: Path, clip: Path, expected: list[str]):
    prefix = tmp_path / "prefix"
    run("cmake", "--install", BUILD, "--prefix", prefix)
    assert (prefix / "share" / "mestr" / "configs" / "demo.yaml").is_file()
    doctor = run(prefix / "bin" / "mestr", "doctor")  # names the model that it found
    assert f"shipped model: {prefix}/share/mestr/models/" in doctor
    out = tmp_path / "out"
    run(prefix / "bin" / "mestr", "run", clip, "-o", out, "--config", "demo", "-q")
    with open(out / "predictions.csv", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(expected)


def test_as_a_sub_project_it_leaves_the_project_alone(tmp_path: Path):
    """Compiling mestr again would take minutes: what is compiled here are the project's own file and one layer; of all
    others Ninja says whether every file that they need is there or is made."""
    build = tmp_path / "build"
    run("cmake", "-S", CONSUMER, "-B", build, "-G", "Ninja", f"-DMESTR_SOURCE={ROOT}", "-DMESTR_CUDA=OFF",
        "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
    cache = (build / "CMakeCache.txt").read_text(encoding="utf-8")
    assert "CMAKE_BUILD_TYPE:STRING=\n" in cache  # the project set none, so none is set
    command = compile_commands(build)["main.cpp"]
    assert "-Wall" not in command and "-ffp-contract" not in command and f"-I{ROOT}/src" not in command
    targets = run("cmake", "--build", build, "--target", "help")
    assert "mestr_bench" not in targets and "mestr_synth" not in targets and "mestr_core_test" not in targets
    run("cmake", "--build", build, "--target", "mestr_spot", "CMakeFiles/consumer.dir/main.cpp.o")
    planned = run("ninja", "-C", build, "-n", "consumer")
    assert "Linking CXX executable consumer" in planned
