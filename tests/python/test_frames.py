"""Frames from memory have the results of the same frames in files."""

import numpy as np
import pytest

import mestr
from conftest import FPS


def assert_same(one: mestr.Analysis, other: mestr.Analysis) -> None:
    assert np.array_equal(one.scores, other.scores, equal_nan=True)
    assert np.array_equal(one.probabilities, other.probabilities, equal_nan=True)
    assert one.intervals == other.intervals


def test_an_array_gives_what_the_folder_gives(frames_rgb, analysis):
    of_array = mestr.analyze(frames_rgb, FPS)
    assert_same(of_array, analysis)
    assert len(of_array.intervals) == 1 and of_array.frames == 60


def test_an_iterator_gives_the_same_and_may_use_its_array_again(frames_rgb, analysis):
    def camera():
        picture = np.empty_like(frames_rgb[0])
        for frame in frames_rgb:
            picture[:] = frame
            yield picture

    assert_same(mestr.analyze(camera(), FPS), analysis)


def test_times_take_the_place_of_a_rate(frames_rgb, analysis):
    of_times = mestr.analyze(frames_rgb, times=[i / FPS for i in range(60)])
    assert of_times.fps == pytest.approx(FPS)
    assert not of_times.variable_frame_rate
    assert_same(of_times, analysis)


def test_nothing_goes_across_a_pause(frames_rgb):
    times = [i / FPS + (5 if i >= 30 else 0) for i in range(60)]
    analysis = mestr.analyze(frames_rgb, times=times, settings={"face.min_stretch_s": 0.5})
    assert [(part.first_frame, part.end_frame) for part in analysis.stretches] == [(0, 30), (30, 60)]
    assert not analysis.valid[30 - analysis.k_frames : 30].any()


def test_gray_frames_are_taken(frames_rgb):
    gray = frames_rgb[..., 1]
    analysis = mestr.analyze(gray, FPS, name="gray")
    assert analysis.video == "gray" and analysis.frames == 60
    assert_same(analysis, mestr.analyze(np.repeat(gray[..., None], 3, axis=3), FPS))


def test_results_of_frames_are_saved_and_shown(frames_rgb, tmp_path):
    analysis = mestr.analyze(frames_rgb, FPS, name="live")
    analysis.save(tmp_path / "out")
    assert (tmp_path / "out" / "videos" / "live.json").exists()
    analysis.report(tmp_path / "page.html")
    assert "live" in (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("frames", "options", "text"),
    [
        (np.zeros((5, 64, 64), np.uint8), {}, "give fps, or times"),
        (np.zeros((5, 64, 64), np.float32), {"fps": 30}, "frame 0 is an array"),
        (np.zeros((5, 64, 64, 4), np.uint8), {"fps": 30}, "frame 0 is an array"),
        ([], {"fps": 30}, "no frame"),
        ([np.zeros((64, 64), np.uint8), np.zeros((64, 65), np.uint8)], {"fps": 30}, "frame 1 has the shape"),
        (np.zeros((5, 64, 64), np.uint8), {"times": [0, 1]}, "5 frames and 2 times"),
        (np.zeros((3, 64, 64), np.uint8), {"times": [0, 2, 1]}, "that rise"),
        (iter(np.zeros((3, 64, 64), np.uint8)), {"times": [0, 0.1]}, "more frames than the 2 times"),
        (iter(np.zeros((3, 64, 64), np.uint8)), {"times": [0, 0.1, 0.2, 0.3]}, "3 frames and 4 times"),
        (np.zeros((60, 64, 64), np.uint8), {"fps": 30}, "face"),
    ],
)
def test_what_is_no_video_is_an_input_error(frames, options, text):
    with pytest.raises(mestr.InputError, match=text):
        mestr.analyze(frames, **options)


def test_a_rate_out_of_range_is_a_config_error():
    with pytest.raises(mestr.ConfigError, match="fps is 0; it must be in"):
        mestr.analyze(np.zeros((5, 64, 64), np.uint8), 0)


def test_what_an_iterator_raises_ends_the_analysis(frames_rgb):
    def broken():
        yield from frames_rgb[:20]
        raise OSError("the cable is out")

    with pytest.raises(OSError, match="cable"):
        mestr.analyze(broken(), FPS)
