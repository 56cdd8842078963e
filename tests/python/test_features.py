"""mestr.features: the rows that `mestr features` writes."""

import json

import cv2
import numpy as np
import pytest

import mestr
from conftest import FPS, run_program


@pytest.mark.parametrize("config", [None, "demo"])
def test_rows_are_the_program_s(clip, tmp_path, config):
    flags = [] if config is None else ["--config", config]
    done = run_program("features", clip, "--fps", FPS, "-o", tmp_path / "out", "--dtype", "float32", "-q", *flags)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    features = mestr.features(clip, FPS, config=config)
    assert features.kind == manifest["features"]
    assert features.k_frames == manifest["videos"][0]["k_frames"]
    written = np.load(tmp_path / "out" / manifest["videos"][0]["file"])
    assert features.rows.dtype == np.float32 and np.array_equal(features.rows, written)
    assert (features.frame_pairs[:, 1] - features.frame_pairs[:, 0] == features.k_frames).all()
    assert features.indices.tolist() == list(range(len(written)))


def test_frames_from_memory_have_the_same_rows(clip, frames_rgb):
    assert np.array_equal(mestr.features(frames_rgb, FPS).rows, mestr.features(clip, FPS).rows)


def test_pairs_that_were_asked_for_come_besides(clip):
    features = mestr.features(clip, FPS, pairs=[(10, 40)])
    besides = features.frame_pairs[features.indices < 0]
    assert besides.tolist() == [[10, 40]]


def test_torch_takes_the_rows_without_a_copy(clip):
    torch = pytest.importorskip("torch")
    rows = mestr.features(clip, FPS).rows
    tensor = torch.from_numpy(rows)
    tensor[0] = 7
    assert (rows[0] == 7).all() and rows.flags.c_contiguous


WINDOWS = {"features.kind": "roi-flow-36-v1", "features.window_frames": 8, "features.hop_frames": 4}


def test_windows_are_the_program_s(clip, tmp_path):
    flags = [word for key, value in WINDOWS.items() for word in ("--set", f"{key}={value}")]
    done = run_program("features", clip, "--fps", FPS, "-o", tmp_path / "out", "--dtype", "float32", "-q", *flags)
    assert done.returncode == 0, done.stderr
    video = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["videos"][0]
    windows = mestr.window_features(clip, FPS, settings=WINDOWS)
    written = np.load(tmp_path / "out" / video["file"])
    assert windows.rows.dtype == np.float32 and np.array_equal(windows.rows, written)
    assert windows.first_frames.tolist() == [frame - 1 for frame in video["first_frames"]]
    assert windows.faceless_frames.tolist() == video["faceless_frames"]
    assert (windows.hop_frames, windows.frame_step, windows.fps) == (4, 1, FPS)
    assert len(windows.times) == video["frames"]
    # A file's gray is its decoder's.
    names = sorted(clip.glob("*.png"), key=lambda path: int(path.stem))
    gray = np.stack([cv2.imread(str(name), cv2.IMREAD_GRAYSCALE) for name in names])
    assert np.array_equal(mestr.window_features(gray, FPS, settings=WINDOWS).rows, written)


def test_each_kind_has_its_function(clip):
    with pytest.raises(mestr.ConfigError, match="roi-flow-36-v1"):
        mestr.features(clip, FPS, settings=WINDOWS)
    with pytest.raises(mestr.ConfigError, match=r"'mean-v1' is none of windows; mestr\.features"):
        mestr.window_features(clip, FPS, settings={"features.kind": "mean-v1"})


def test_a_video_shorter_than_a_window_is_an_input_error(frames_rgb):
    with pytest.raises(mestr.InputError, match="too short"):
        mestr.window_features(frames_rgb[:5], FPS, settings=WINDOWS)
