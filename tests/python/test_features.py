"""mestr.features: the rows that `mestr features` writes."""

import json

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


def test_features_of_windows_are_refused_with_a_reason(clip):
    with pytest.raises(mestr.ConfigError, match="roi-flow-36-v1"):
        mestr.features(clip, FPS, settings={"features.kind": "roi-flow-36-v1"})
