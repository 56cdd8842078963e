"""The package from a checkout in which nothing is built, and what is loaded when."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mestr.files import write_atomically

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "src" / "python" / "mestr"


def run(script):
    """In a Python that finds the source tree's package alone."""
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**plain, "PYTHONPATH": str(ROOT / "src" / "python")},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_training_loads_neither_torch_nor_numpy():
    loaded = run("import sys, mestr, mestr.train, mestr.labels; print(*sys.modules)").split()
    assert "mestr.train" in loaded
    assert not {"torch", "numpy", "pandas", "mestr._core"} & set(loaded)


def test_training_and_labels_are_there_after_import_mestr_alone():
    script = """
import sys, mestr
print("mestr.train" in sys.modules)
mestr.train.MeanOptions(), mestr.labels.read_labels
print(set(mestr.__all__) >= {"train", "labels"}, "torch" in sys.modules, "numpy" in sys.modules)
"""
    assert run(script).split() == ["False", "True", "False", "False"]


def test_what_needs_the_extension_says_so_in_one_line():
    script = """
import mestr
for need in ("mestr.analyze", "mestr.tvl1", "mestr.__version__", "from mestr import _core"):
    try:
        exec(need)
    except ImportError as error:
        print(error)
try:
    mestr.no_such_thing
except AttributeError as error:
    print(error)
"""
    *missing, other = run(script).splitlines()
    assert len(missing) == 4 and len(set(missing)) == 1
    assert missing[0].startswith("mestr's extension is not built here: pip install .")
    assert other == "module 'mestr' has no attribute 'no_such_thing'"


def test_everything_that_is_promised_is_listed_and_there():
    script = """
import mestr, mestr.train
print(set(mestr.__all__) <= set(dir(mestr)), set(mestr.train.__all__) <= set(dir(mestr.train)))
print(all(callable(getattr(mestr.train, name)) for name in mestr.train.__all__))
print(mestr.read_labels is mestr.labels.read_labels, mestr.Label is mestr.labels.Label)
"""
    assert run(script).split() == ["True"] * 5


def test_a_file_that_is_interrupted_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "x", b"half")
    assert list(tmp_path.iterdir()) == []


def test_programs_are_called_as_modules_too():
    for file in (PACKAGE / "programs").glob("*.py"):
        if "def main(" in file.read_text():
            module = f"mestr.programs.{file.stem}"
            call = f"runpy.run_module({module!r}, run_name='__main__')"
            said = run(f"import runpy, sys; sys.argv[1:] = ['--help']; {call}")
            assert said.startswith("usage: ") and f"scripts/{file.name}" not in said


def test_plots_leave_the_backend_of_pyplot_to_the_caller():
    pytest.importorskip("torch")
    script = """
import sys, matplotlib
matplotlib.use("svg")
import mestr.figures, mestr.train.report
print(matplotlib.get_backend(), "matplotlib.pyplot" in sys.modules)
"""
    assert run(script).split() == ["svg", "False"]


def test_labels_are_read_without_the_extension(tmp_path):
    header = "dataset,subject,video,onset,apex,offset,emotion,type,fine_emotion,action_units"
    (tmp_path / "labels.csv").write_text(f"{header}\nd,1,v,2,,9,negative,micro,disgust,4+L12\n")
    script = f"import mestr; print(*mestr.read_labels({str(tmp_path / 'labels.csv')!r}))"
    assert run(script).strip() == (
        "Label(dataset='d', subject='1', video='v', onset=1, apex=None, offset=8, emotion='negative', "
        "is_micro=True, fine_emotion='disgust', action_units='4+L12')"
    )


def test_an_option_out_of_range_is_named():
    script = """
from mestr.train import *
from mestr import ConfigError
for call in ("MeanOptions(batch=0)", "MeanOptions(p=2)", "MeanOptions(recognition_samples='all')",
             "SequenceOptions(steps=-1)", "WindowOptions(emotions=('neutral',))", "WindowOptions(negatives=-1)",
             "BatchOptions(plant=1.5)", "Split(test_subjects=('1',), leave_one_out=True)"):
    try:
        eval(call)
    except ConfigError as error:
        print(error)
"""
    assert run(script).splitlines() == [
        "batch must be above 0, not 0",
        "p must lie in [0, 1], not 2",
        "recognition_samples must be one of onset-apex, sliding, both, not 'all'",
        "steps must be above 0, not -1",
        "--classes: neutral is there anyway, as the last class",
        "negatives must be 0 or more, not -1",
        "plant must lie in [0, 1], not 1.5",
        "leave_one_out holds out each subject once: test_subjects does not go with it",
    ]
