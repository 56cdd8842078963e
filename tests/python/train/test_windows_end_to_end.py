"""Networks of windows from videos to a score, with the program that CMake built."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from mestr.labels import read_labels
from mestr.train.window_set import read_windows

SCRIPTS = Path(__file__).parents[3] / "scripts"
SUBJECTS = ("1", "2", "3")
CONFIG = ["--config", "boosting_cas"]
SMALL = "--width 8 --states 2 --depth 1 --epochs 2 --device cpu".split()

pytestmark = pytest.mark.skipif("MESTR" not in os.environ, reason="MESTR: path of the program")


def call(*command):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


def mestr(*arguments):
    return call(os.environ["MESTR"], *arguments)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """One clip a subject: three windows, one micro-expression."""
    folder = tmp_path_factory.mktemp("windows") / "clips"
    flags = "--format video --seed 5 --subjects 1-3 --clips 3 --seconds 3 --count 1 --size 320x240"
    mestr("synth", "-o", folder, *flags.split(), "--contexts", "still")
    return folder


@pytest.fixture(scope="module")
def crossval(clips):
    out = clips.parent / "crossval"
    data = [clips / "manifest.csv", "--labels", clips / "labels.csv", "-o", out]
    done = call(SCRIPTS / "crossval.sh", *data, *CONFIG, "--", *SMALL)
    return out, done.stdout


def results_of(folder):
    """By subject."""
    videos = [json.loads(file.read_text()) for file in (folder / "videos").glob("*.json")]
    return {video["input"]["subject"]: video for video in videos}


def test_crossval_goes_from_videos_to_the_table_of_all_subjects(crossval, clips):
    out, table = crossval
    found = results_of(out / "results")
    assert {subject: video["model"]["name"] for subject, video in found.items()} == {
        subject: f"window_{subject}" for subject in SUBJECTS
    }
    scopes = json.loads((out / "score.json").read_text())["scopes"]
    assert [s["subject"] for s in scopes if s["scope"] == "subject"] == list(SUBJECTS)
    overall = next(s for s in scopes if s["scope"] == "overall")
    assert overall["labels"] == len(read_labels(clips / "labels.csv")) == len(SUBJECTS)
    assert table == (out / "score.txt").read_text() and "STRS" in table


def train(crossval, name, *flags):
    """One model for all, trained on what `mestr features` wrote for the cross-validation."""
    out, _ = crossval
    labels = out.parent / "clips" / "labels.csv"
    words = ["--name", name, "--training-data", "made-up", "--licence", "none", *SMALL, *flags]
    command = [SCRIPTS / "train_window.py", out / "features", "--labels", labels]
    call(sys.executable, *command, "-o", out.parent / "models", *words)
    return out.parent / "models" / f"{name}.pt"


@pytest.fixture(scope="module")
def trained(crossval):
    return train(crossval, "mine")


@pytest.fixture(scope="module")
def results(trained, clips):
    out = clips.parent / "results"
    # So low a threshold that a network that has learnt next to nothing has finds.
    flags = ["--model", trained, *CONFIG, "--set", "spot.p=0"]
    mestr("run", clips / "manifest.csv", "-o", out, *flags)
    return out


@pytest.fixture(scope="module")
def windows(clips):
    """Of the videos, float32."""
    features = clips.parent / "features32"
    mestr("features", clips / "manifest.csv", "-o", features, *CONFIG, "--dtype", "float32")
    videos, kind = read_windows([features], print)
    assert len(videos) == len(SUBJECTS) and kind.window.frames == 50
    return videos


def in_pytorch(model, video, output):
    """What the network gives as this output for each frame of the video: of the first window that
    covers it."""
    network = torch.jit.load(str(model)).eval()
    with torch.no_grad():
        of_windows = [network(torch.from_numpy(rows.copy()))[output].numpy() for rows in video.rows()]
    found = np.full((video.used_frames(), *of_windows[0].shape[1:]), np.nan, np.float32)
    for first, values in reversed([*zip(video.first_rows, of_windows, strict=True)]):
        found[first : first + len(values)] = values
    return found


def finds_in(results):
    with (results / "predictions.csv").open() as file:
        return list(csv.DictReader(file))


def test_what_training_writes_is_run_and_scored(results, clips):
    # As a submission does, evaluate leaves out what is no class of the challenge.
    counted = [find for find in finds_in(results) if find["emotion"] != "others"]
    assert counted
    done = mestr("evaluate", "--pred", results, "--truth", clips / "labels.csv", "--json", "-")
    overall = next(s for s in json.loads(done.stdout)["scopes"] if s["scope"] == "overall")
    assert (overall["labels"], overall["predictions"]) == (len(SUBJECTS), len(counted))


def test_a_trained_model_gives_in_the_program_what_it_gives_in_pytorch(results, trained, windows):
    written = results_of(results)
    for video in windows:
        scores = in_pytorch(trained, video, 0)
        np.testing.assert_allclose(written[video.key.subject]["scores"], scores, atol=1e-5)


def test_a_network_of_bounds_names_onsets_and_offsets(crossval, clips, windows):
    model, out = train(crossval, "bounds", "--decode", "bounds"), clips.parent / "of_bounds"
    # The config's own method is another; at p 0 each frame names an interval.
    flags = ["--set", "spot.method=~", "--set", "spot.p=0"]
    mestr("run", clips / "manifest.csv", "-o", out, "--model", model, *CONFIG, *flags)
    by_subject = {video.key.subject: in_pytorch(model, video, 2) for video in windows}
    finds = finds_in(out)
    assert finds
    for find in finds:
        onset, apex, offset = (int(find[name]) - 1 for name in ("onset", "apex", "offset"))
        bounds = by_subject[find["subject"]]
        back, on = bounds[apex]
        assert onset == pytest.approx(max(0, apex - back), abs=0.51)
        assert offset == pytest.approx(min(len(bounds) - 1, apex + on), abs=0.51)
