"""mestr.tvl1: the bits of OpenCV, of arrays of any size, one or many."""

import os
import subprocess
import sys
import threading
import time

import cv2
import numpy as np
import pytest

import mestr
from mestr import _core

SIZES = [(128, 128), (97, 61), (16, 16), (40, 233)]


def pair(size: tuple[int, int], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    noise = np.random.default_rng(seed).integers(0, 256, (size[0] + 8, size[1] + 8), dtype=np.uint8)
    smooth = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 2), None, 0, 255, cv2.NORM_MINMAX)
    return smooth[4:-4, 4:-4], smooth[5:-3, 3:-5]


def of_opencv(a: np.ndarray, b: np.ndarray, **options: float) -> np.ndarray:
    flow = cv2.optflow.DualTVL1OpticalFlow_create(**{k: v for k, v in options.items() if k != "lambda_"})
    if "lambda_" in options:  # a word of Python's, which the constructor has under no name
        flow.setLambda(options["lambda_"])
    return flow.calc(np.ascontiguousarray(a), np.ascontiguousarray(b), None)


@pytest.mark.parametrize("size", SIZES)
def test_exact_has_the_bits_of_opencv(size):
    a, b = pair(size)
    flow = mestr.tvl1(a, b)
    assert flow.dtype == np.float32 and flow.shape == (*size, 2)
    assert np.array_equal(flow, of_opencv(a, b))


def test_options_mean_what_opencv_means():
    a, b = pair((64, 80))
    ours = mestr.tvl1(a, b, tau=0.2, lambda_=0.1, theta=0.4, scales=3, warps=4, scale_step=0.7, epsilon=0.02,
                      inner_iterations=10, outer_iterations=5, median_filtering=3)
    theirs = of_opencv(a, b, tau=0.2, theta=0.4, nscales=3, warps=4, scaleStep=0.7, epsilon=0.02,
                       innnerIterations=10, outerIterations=5, medianFiltering=3, lambda_=0.1)
    assert np.array_equal(ours, theirs)
    assert not np.array_equal(ours, mestr.tvl1(a, b))


def test_defaults_are_the_library_s():
    defaults = mestr.tvl1.__kwdefaults__
    library = _core.Tvl1Options()
    assert {name: getattr(library, name) for name in defaults if name != "jobs"} == {
        name: value for name, value in defaults.items() if name != "jobs"
    }


def test_methods_agree_as_far_as_they_promise():
    a, b = pair((96, 96))
    exact = mestr.tvl1(a, b)
    assert np.array_equal(exact, mestr.tvl1(a, b, "opencv"))
    fast = mestr.tvl1(a, b, "fast")
    assert not np.array_equal(exact, fast) and np.abs(exact - fast).mean() < 0.01


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_batch_is_its_pairs(jobs):
    pairs = [pair((32, 48), seed) for seed in range(7)]
    flows = mestr.tvl1(np.stack([a for a, _ in pairs]), np.stack([b for _, b in pairs]), jobs=jobs)
    assert flows.shape == (7, 32, 48, 2)
    for (a, b), flow in zip(pairs, flows, strict=True):
        assert np.array_equal(flow, mestr.tvl1(a, b))


def test_an_empty_batch_has_no_flow():
    none = np.zeros((0, 32, 32), np.uint8)
    assert mestr.tvl1(none, none).shape == (0, 32, 32, 2)


def test_views_are_read_as_they_are_indexed():
    a, b = pair((64, 64))
    wide = np.zeros((64, 128), np.uint8)
    wide[:, ::2] = a
    assert np.array_equal(mestr.tvl1(wide[:, ::2], b), mestr.tvl1(a, b))


def test_other_threads_of_python_run_meanwhile():
    a, b = pair((256, 256))
    counted = 0
    ends = threading.Event()

    def count() -> None:
        nonlocal counted
        while not ends.is_set():
            counted += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    before = counted
    mestr.tvl1(a, b)
    during = counted - before
    ends.set()
    thread.join()
    assert during >= 3


@pytest.mark.parametrize(
    ("a", "b", "kind", "text"),
    [
        (np.zeros((8, 8), np.uint8), np.zeros((8, 8), np.uint8), mestr.InputError, "at least 16 x 16 px"),
        (np.zeros((32, 32), np.float32), np.zeros((32, 32), np.uint8), mestr.InputError, "float32"),
        (np.zeros((32, 32), np.uint8), np.zeros((32, 33), np.uint8), mestr.InputError, "must be one"),
        (np.zeros(32, np.uint8), np.zeros(32, np.uint8), mestr.InputError, r"\(h, w\)"),
    ],
)
def test_other_arrays_are_input_errors(a, b, kind, text):
    with pytest.raises(kind, match=text):
        mestr.tvl1(a, b)


@pytest.mark.parametrize(("options", "text"), [({"tau": 9}, "flow.tau is 9"), ({"method": "farneback"}, "exact"),
                                               ({"jobs": 0}, "jobs is 0")])
def test_parameters_out_of_range_are_config_errors(options, text):
    a, b = pair((32, 32))
    with pytest.raises(mestr.ConfigError, match=text):
        mestr.tvl1(a, b, **options)


def test_ctrl_c_ends_a_batch():
    script = (
        "import os, signal, threading, time, numpy as np, mestr\n"
        "a = np.random.default_rng(0).integers(0, 256, (10000, 64, 64), dtype=np.uint8)\n"
        "threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "begin = time.monotonic()\n"
        "try:\n    mestr.tvl1(a, a[::-1])\n"
        "except KeyboardInterrupt:\n    print(time.monotonic() - begin)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1.5
