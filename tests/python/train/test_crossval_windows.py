"""scripts/crossval.py with features of windows: which videos it trains on and tests. The program is a
stand-in that notes its calls and gives made-up windows; test_windows_end_to_end.py has the real one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import made_up_windows
from made_up_program import write_program

SCRIPTS = Path(__file__).parents[3] / "scripts"
QUICK = "--width 8 --states 2 --depth 1 --epochs 1 --device cpu".split()
@pytest.fixture
def folder(tmp_path):
    made = made_up_windows.write(tmp_path / "features", subjects=3, still=(2,))
    shutil.copy(made.label_file, tmp_path / "truth.csv")
    rows = [f"made,s{i},v,s{i}.mp4,30" for i in range(3)]
    text = "\n".join(["dataset,subject,video,path,fps", *rows]) + "\n"
    (tmp_path / "videos.csv").write_text(text)
    write_program(tmp_path)
    return tmp_path


def crossval(folder, *flags):
    words = [folder / "videos.csv", "--labels", folder / "truth.csv", "-o", folder / "out", *flags]
    words += [] if "--" in flags else ["--", *QUICK]
    command = [sys.executable, str(SCRIPTS / "crossval.py"), *map(str, words)]
    environment = {**os.environ, "MESTR": str(folder / "mestr")}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=folder
    )


def test_videos_without_a_micro_expression_are_in_the_test_unless_told(folder):
    assert crossval(folder).returncode == 0
    assert (folder / "seen.csv").read_text() == (folder / "videos.csv").read_text()
    shutil.rmtree(folder / "out")
    done = crossval(folder, "--published-selection")
    assert done.returncode == 0, done.stderr
    assert "1 videos without a micro-expression are dropped" in done.stderr
    expected = [f"made,s{i},v,{folder}/s{i}.mp4,30" for i in (0, 1)]
    assert (folder / "seen.csv").read_text().splitlines()[1:] == expected
    for call in (folder / "calls.txt").read_text().splitlines()[-3:-1]:
        assert f"{folder}/out/selected_0.csv" in call and "videos.csv" not in call


def test_a_selection_of_what_is_no_manifest_is_refused(folder):
    command = [sys.executable, SCRIPTS / "crossval.py", "root", "--published-selection", "--labels"]
    done = subprocess.run(
        [*command, str(folder / "truth.csv"), "-o", str(folder / "out")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MESTR": str(folder / "mestr")},
    )
    assert done.returncode == 2
    assert "--published-selection: root is no manifest" in done.stderr


@pytest.mark.parametrize(
    "words, message",
    [
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["--lab", "x"], "unrecognized arguments: --lab"),
        (["-oelsewhere"], "-oelsewhere cannot go to the training"),
        (["--spot-epochs", "2"], "unrecognized arguments: --spot-epochs 2"),  # of MEAN, whose features are not there
        (["--epochs", "no"], "argument --epochs: invalid parse value: 'no'"),
    ],
)
def test_flags_that_the_training_does_not_take_are_refused_before_models_are_removed(folder, words, message):
    old = [folder / "out" / "models" / "old.pt", folder / "out" / "score.txt"]
    assert crossval(folder).returncode == 0
    old[0].touch()
    calls = (folder / "calls.txt").read_text()
    done = crossval(folder, "--", *words)
    assert done.returncode == 2
    assert done.stderr.startswith("crossval.py: ") and done.stderr.count("\n") == 1
    assert message in done.stderr
    assert all(path.is_file() for path in old)
    assert (folder / "calls.txt").read_text() == calls


def test_before_there_are_features_one_of_the_trainings_must_take_the_flags(folder):
    done = crossval(folder, "--", "--nonsense")
    assert done.returncode == 2
    assert "training of mean: " in done.stderr and "training of window: " in done.stderr
    assert not (folder / "out").exists()


def test_features_without_a_training_of_subjects_are_named(folder):
    manifest = folder / "features" / "manifest.json"
    manifest.write_text(manifest.read_text().replace("roi-flow-36-v1", "flow-grid-v1"))
    done = crossval(folder)
    assert done.returncode == 2
    assert "features of kind flow-grid-v1: no cross-validation of their networks" in done.stderr
