"""What the scripts say where Python lacks a module: one line that tells how to install it."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import mean_reference
from mestr.programs import exit_code_of
from mestr.programs.modules import OURS, PACKAGES

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))
PACKAGE = ROOT / "src" / "python" / "mestr"
WITH_HELP = [
    path
    for path in SCRIPTS
    if any(word in path.read_text(encoding="utf-8") for word in ("argparse", "mestr.programs."))
]

# A module that is None in sys.modules is not found, wherever it is installed.
WITHOUT = """
import json, runpy, sys
modules, script, *arguments = sys.argv[1:]
sys.modules.update(dict.fromkeys(json.loads(modules)))
sys.argv = [script, *arguments]
runpy.run_path(script, run_name="__main__")
"""


def run_without(modules, script, *arguments):
    """A script of scripts/ in a Python that lacks `modules`."""
    command = [sys.executable, "-c", WITHOUT, json.dumps(modules), ROOT / "scripts" / script]
    return subprocess.run(
        [str(part) for part in (*command, *arguments)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "scripts")},
        check=False,
    )


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def test_every_module_that_python_may_lack_has_its_packages():
    files = [*(ROOT / "scripts").rglob("*.py"), *PACKAGE.rglob("*.py")]
    used = {name for path in files for name in imports_of(path)}
    assert used - set(sys.stdlib_module_names) - set(OURS) <= set(PACKAGES)
    listed = (ROOT / "scripts" / "debian-packages.txt").read_text(encoding="utf-8").splitlines()
    needed = {PACKAGES[name][0] for name in (used & set(PACKAGES)) | {"openpyxl"}}
    assert needed - {None} <= set(listed)


@pytest.mark.parametrize("script", WITH_HELP, ids=lambda path: path.name)
def test_help_needs_nothing_but_python(script):
    done = run_without(list(PACKAGES), script.name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: {script.name}")


def test_a_script_without_flags_needs_nothing_but_python(tmp_path):
    (tmp_path / "a.h").write_text("int a;\n")
    done = run_without(list(PACKAGES), "doxygen_filter.py", tmp_path / "a.h")
    assert (done.returncode, done.stdout, done.stderr) == (0, "/// @file\nint a;\n", "")


RECORD = "--training-data made-up --licence none".split()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    mean_reference.write_keras_file(folder / "w.hdf5", mean_reference.made_up_weights(0, 3))
    (folder / "labels.csv").write_text(
        "dataset,subject,video,onset,apex,offset,emotion,type\nd,1,v,1,2,3,positive,micro\n"
    )
    # The begin of an old workbook, by which pandas chooses what reads it.
    (folder / "sheet.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    openpyxl.Workbook().save(folder / "sheet.xlsx")
    (folder / "crop_noise0_exact").mkdir()
    (folder / "manifest.csv").write_text("dataset,subject,video,path,fps\nd,1,v,w.hdf5,\n")
    return folder


def calls(files):
    """Each script's name, and a call of it that is in order."""
    out = files / "out"
    convert = [files / "w.hdf5", "-o", out / "m.pt", *"--fps 30 --k 3 --k-p 6".split(), *RECORD]
    run = ["--run", "boosting_samm_test"]
    convert_windows = [files / "w.hdf5", "-o", out / "m.pt", *run, *RECORD]
    train = [files, "--labels", files / "labels.csv", "-o", out, *RECORD]
    return {
        "benchmark_tables.py": [files],
        "convert_mean_weights.py": convert,
        "convert_video_level_weights.py": convert_windows,
        "train_mean.py": train,
        "train_window.py": train,
        "labels_to_csv.py": ["casme3", files / "sheet.xlsx", "-o", out / "l.csv"],
        "plant.py": [files / "w.hdf5", "-o", out],
        "real_tables.py": ["--planted", files, "--plain", files, "--results", files, "-o", out],
        "labels_to_csv.py .xls": ["casme3", files / "sheet.xls", "-o", out / "l.csv"],
    }


@pytest.mark.parametrize(
    "call, module",
    [
        ("benchmark_tables.py", "numpy"),
        ("convert_mean_weights.py", "torch"),
        ("convert_mean_weights.py", "h5py"),
        ("convert_mean_weights.py", "numpy"),
        ("train_mean.py", "torch"),
        ("train_mean.py", "matplotlib"),
        ("train_window.py", "torch"),
        ("convert_video_level_weights.py", "torch"),
        ("labels_to_csv.py", "pandas"),
        ("labels_to_csv.py", "yaml"),
        ("labels_to_csv.py", "openpyxl"),
        ("labels_to_csv.py .xls", "xlrd"),
        ("plant.py", "dlib"),
        ("plant.py", "numpy"),
        ("real_tables.py", "numpy"),
    ],
)
def test_a_missing_module_gets_one_line_with_its_packages(files, call, module):
    script = call.split()[0]
    done = run_without([module], script, *calls(files)[call])
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"{script}: {sys.executable} has no module {module}: ")
    debian, pypi = PACKAGES[module]
    assert (f"apt-get install {debian} " in done.stderr) == (debian is not None)
    assert done.stderr.endswith(f"pip install {pypi}\n") and done.stderr.count("\n") == 1
    assert not (files / "out").exists()


def fail_with(error):
    def work():
        raise error

    return work


def test_a_module_that_cannot_be_loaded_gets_one_line(capsys):
    work = fail_with(ImportError("libcudart.so:\n cannot open", name="torch._C"))
    assert exit_code_of(work, "x.py") == 2
    error = capsys.readouterr().err
    assert error.endswith("cannot import what this needs: libcudart.so: cannot open\n")
    assert exit_code_of(fail_with(ModuleNotFoundError("No module 'a'", name="a")), "x.py") == 2
    assert capsys.readouterr().err.endswith("cannot import what this needs: No module 'a'\n")


def test_a_fault_in_our_own_imports_is_not_taken_for_a_missing_module():
    with pytest.raises(ImportError):
        exit_code_of(fail_with(ImportError("no name f", name="mestr.files")), "x.py")
