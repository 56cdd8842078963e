"""Somebody else's project of ten lines builds on mestr, installed and as a sub-project, and finds what the program
finds."""

import csv
import json
import os
import subprocess
import sys
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


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """By the script that people call, of the build that is there."""
    prefix = tmp_path_factory.mktemp("home") / "my programs"
    said = run(ROOT / "scripts" / "install.sh", "--prefix", prefix, env=os.environ | {"MESTR_BUILD": str(BUILD)})
    assert said.startswith(f"installed: {prefix}/bin/mestr\n{prefix}/bin is not on the PATH")
    return prefix


def test_the_installed_program_finds_its_module_and_its_files(installed: Path, tmp_path: Path, clip: Path,
                                                              expected: list[str]):
    assert (installed / "share" / "mestr" / "configs" / "demo.yaml").is_file()
    on_path = {"env": os.environ | {"PATH": f"{installed}/bin:{os.environ['PATH']}"}, "cwd": tmp_path}
    doctor = run("mestr", "doctor", **on_path)  # names the model that it found
    assert f"shipped model: {installed}/share/mestr/models/" in doctor
    said = run("mestr", "run", clip, "-q", **on_path)
    assert said.endswith(f"results: {clip.stem}_mestr\n")
    with open(tmp_path / f"{clip.stem}_mestr" / "predictions.csv", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(expected)


@pytest.mark.usefixtures("expected")  # a run's results
def test_manual_pages_completion_and_figures_are_installed(installed: Path, tmp_path: Path, clip: Path):
    share = installed / "share"
    assert {"mestr.1", "mestr-run.1"} <= {page.name for page in (share / "man" / "man1").iterdir()}
    run("bash", "-n", share / "bash-completion" / "completions" / "mestr")
    assert (share / "zsh" / "site-functions" / "_mestr").is_file()
    out = clip.parent.parent / "out"
    run(sys.executable, share / "mestr" / "scripts" / "figures.py", out, "-o", tmp_path / "figures", "--format", "svg")
    assert len(list((tmp_path / "figures").iterdir())) == 1


def test_the_installing_script_says_what_is_wrong(tmp_path: Path):
    (tmp_path / "file").touch()
    for arguments, why in ((("--prefx", "x"), "unknown argument --prefx"), (("--prefix",), "--prefix needs a folder"),
                           (("--prefix", "/proc/mestr"), "cannot write"),
                           (("--prefix", str(tmp_path / "file")), "cannot write")):
        script = [ROOT / "scripts" / "install.sh", *arguments]
        done = subprocess.run(script, capture_output=True, text=True, check=False)
        assert done.returncode == 2 and done.stderr.startswith(f"install.sh: {why}"), done.stderr
        assert done.stderr.count("\n") == 1


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
