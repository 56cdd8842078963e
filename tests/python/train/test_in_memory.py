"""Features in memory: the numbers of a folder of `mestr features`, and the models trained on it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mestr.errors import ConfigError, InputError
from mestr.train import About, MeanOptions, extract_videos, train_mean
from mestr.train.feature_set import read_features

pytest.importorskip("mestr._core", reason="needs the package's extension")

SCRIPTS = Path(__file__).parents[3] / "scripts"
CLIP = Path(os.environ["MESTR_BUILD"]) / "tests" / "support" / "people" / "clear"
LABELS = """dataset,subject,video,onset,apex,offset,emotion,type
samm,1,a,20,25,32,negative,micro
samm,1,a,20,25,39,positive,micro
samm,1,a,25,,38,surprise,micro
samm,2,b,20,25,32,positive,micro
samm,2,b,1,40,40,macro,macro
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("memory")
    (folder / "clip").mkdir()
    for number in range(1, 41):
        (folder / "clip" / f"{number}.png").symlink_to(CLIP / f"{number}.png")
    rows = [f"samm,{subject},{video},clip,200" for subject, video in (("1", "a"), ("2", "b"))]
    (folder / "videos.csv").write_text("\n".join(["dataset,subject,video,path,fps", *rows]) + "\n")
    (folder / "labels.csv").write_text(LABELS)
    command = [os.environ["MESTR"], "features", folder / "videos.csv", "-o", folder / "features"]
    command += ["--labels", folder / "labels.csv", "-q"]
    subprocess.run([str(word) for word in command], check=True)
    return folder


@pytest.fixture(scope="module")
def in_memory(folder):
    return extract_videos(folder / "videos.csv", folder / "labels.csv")


def test_the_numbers_are_those_of_a_folder(folder, in_memory):
    stored = read_features([folder / "features"])
    assert len(stored) == len(in_memory) == 2
    for a, b in zip(stored, in_memory, strict=True):
        assert (a.key, a.fps, a.frames, a.k_frames) == (b.key, b.fps, b.frames, b.k_frames)
        assert a.k_frames == 20  # the data set's
        assert np.array_equal(a.row_frames, b.row_frames)
        assert a.pair_features().dtype == b.pair_features().dtype == np.float16
        assert np.array_equal(a.pair_features(), b.pair_features())
        assert list(a.onset_apex_events) == list(b.onset_apex_events)
        assert np.array_equal(a.onset_apex_features(), b.onset_apex_features())
    assert [len(video.onset_apex_events) for video in in_memory] == [3, 1]


def test_a_model_trained_on_them_is_the_same_file(folder, in_memory, tmp_path):
    options = MeanOptions(spot_epochs=1, recog_epochs=1, device="cpu")
    about = About("m", "made-up", "none")
    for features, name in ((folder / "features", "files.pt"), (in_memory, "memory.pt")):
        train_mean(features, folder / "labels.csv", options, about).save(tmp_path / name)
    assert (tmp_path / "files.pt").read_bytes() == (tmp_path / "memory.pt").read_bytes()


def test_crossval_writes_no_features_and_the_same_models(folder):
    flags = "--spot-epochs 1 --recog-epochs 1 --device cpu --no-plots".split()
    videos = [folder / "videos.csv", "--labels", folder / "labels.csv"]
    command = [sys.executable, SCRIPTS / "crossval.py", *videos, "--set", "spot.p=0.5"]
    command += ["--in-memory", "-o", folder / "out", "--", *flags]
    done = subprocess.run([str(w) for w in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "STRS" in done.stdout and not (folder / "out" / "features").exists()
    train = [sys.executable, SCRIPTS / "train_mean.py", folder / "features", *videos[1:], "--loso"]
    train += ["-o", folder / "models", "--licence", "not stated", *flags]
    train += ["--training-data", "all subjects of labels.csv but one"]
    subprocess.run([str(word) for word in train], check=True, capture_output=True)
    for subject in ("1", "2"):
        ours = folder / "out" / "models" / f"mean_{subject}.pt"
        assert ours.read_bytes() == (folder / "models" / f"mean_{subject}.pt").read_bytes()


def test_what_cannot_be_extracted_is_one_clear_error(folder, tmp_path):
    other = tmp_path / "labels.csv"
    other.write_text(LABELS.replace(",a,", ",x,").replace(",b,", ",y,"))
    with pytest.raises(InputError, match="no micro-expression of any of the videos"):
        extract_videos(folder / "videos.csv", other)
    twice = [folder / "videos.csv", folder / "videos.csv"]
    with pytest.raises(InputError, match="video samm/1/a is there twice"):
        extract_videos(twice, folder / "labels.csv")
    with pytest.raises(ConfigError, match="roi-flow-36-v1"):
        settings = {"features.kind": "roi-flow-36-v1"}
        extract_videos(folder / "videos.csv", folder / "labels.csv", settings=settings)
