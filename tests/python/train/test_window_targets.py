"""Targets of the networks of windows, against the published code's."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from mestr.labels import Label
from mestr.train.window_shape import CLASSES, NEUTRAL
from mestr.train.window_targets import (
    UsedEvent,
    bounds_targets,
    frame_targets,
    mean_k_p,
    median_k_p,
    mended_event,
    published_event,
    used_events,
)

REPOSITORY = Path(__file__).parents[3]
GOLDEN = (
    Path(os.environ.get("MESTR_REFERENCE_DIR", REPOSITORY / ".." / "shared/reference/golden"))
    / "video_level/decode"
)
EMOTIONS = {"Anger": "negative", "Contempt": "negative", "Sadness": "negative"} | {
    "Happiness": "positive",
    "Surprise": "surprise",
    "Other": "others",
}


def label(onset, offset, emotion="negative", apex=None):
    return Label("d", "s", "v", onset, apex, offset, emotion, True)


def golden(name):
    file = GOLDEN / f"{name}_labels.json"
    if not file.is_file():
        pytest.skip("no golden files of the labels")
    return json.loads(file.read_text())


@pytest.mark.parametrize("name", ["metst", "boosting"])
def test_targets_of_windows_are_the_published_ones(name):
    case = golden(name)["targets"]
    k, spots, classes, video = case["k"], [], [], 0
    for truths, emotions in zip(case["truth"], case["emotions"], strict=True):
        for events, names in zip(truths, emotions, strict=True):
            labels = [
                label(onset, offset, emotion, apex)
                for (onset, apex, offset), emotion in zip(events, names, strict=True)
            ]
            windows = case["windows"][video]
            frames = (windows + 1) * k // 2
            spot, kinds = frame_targets(
                used_events(labels, 1, "published", CLASSES), frames, NEUTRAL
            )
            for window in range(windows):
                rows = slice(window * k // 2, window * k // 2 + k)
                spots.append(spot[rows].tolist())
                classes.append(kinds[rows].tolist())
            video += 1
    assert spots == case["spot"]
    assert classes == case["class"]


@pytest.mark.parametrize("name, rule", [("metst", mean_k_p), ("boosting", median_k_p)])
def test_k_p_is_the_published_one(name, rule):
    case = golden(name)["k_p"]
    lengths = [
        offset - onset for subject in case["truth"] for v in subject for onset, _, offset in v
    ]
    assert rule(lengths) == case["k_p"]


@pytest.mark.parametrize("name", ["metst", "boosting"])
def test_published_events_are_those_of_the_label_sheet(name):
    """Less what a label CSV cannot say: an onset 0, whose emotion the published code keeps without
    its frames, so that the emotions after it belong to the wrong ones."""
    case = golden(name)["load_label"]
    found = {}
    for _, video, kind, onset, apex, offset, emotion in case["rows"]:
        if kind != "micro-expression" or emotion not in EMOTIONS or onset == 0:
            continue
        made = label(onset - 1, (offset or apex) - 1, EMOTIONS[emotion], apex - 1)
        event = published_event(made, case["frame_skip"], CLASSES.index(made.emotion))
        found.setdefault(video, []).append((event, made.emotion))
    videos = [video for subject in case["videos"] for video in subject]
    samples = [events for subject in case["samples"] for events in subject]
    emotions = [names for subject in case["emotions"] for names in subject]
    assert list(found) == videos
    for video, events, names in zip(videos, samples, emotions, strict=True):
        made = [(event.first - 1, event.last + 1) for event, _ in found[video]]
        assert made == [(onset, offset) for onset, _, offset in events]
        assert [emotion for _, emotion in found[video]] == names[: len(events)]


def test_mended_targets_hold_onset_and_offset():
    spot, classes = frame_targets([mended_event(label(14, 35, "surprise"), 7, 2)], 8, NEUTRAL)
    assert spot.tolist() == [0, 0, 1, 1, 1, 1, 0, 0]
    assert classes.tolist() == [NEUTRAL, NEUTRAL, 2, 2, 2, 2, NEUTRAL, NEUTRAL]


@pytest.mark.parametrize(
    "onset, offset, first, last",
    [(15, 34, 3, 4), (14, 14, 2, 2), (15, 20, 2, 2), (0, 3, 0, 0), (8, 13, 1, 1)],
)
def test_mended_targets_have_at_least_one_used_frame(onset, offset, first, last):
    event = mended_event(label(onset, offset), 7, 0)
    assert (event.first, event.last) == (first, last)


def test_published_targets_of_a_short_event_are_empty():
    spot, _ = frame_targets([published_event(label(3, 4), 1, 0)], 8, NEUTRAL)
    assert not spot.any()


def test_what_ends_after_the_video_is_cut():
    spot, _ = frame_targets([UsedEvent(6, 20, 14, 0), UsedEvent(30, 31, 1, 0)], 8, NEUTRAL)
    assert spot.tolist() == [0] * 6 + [1, 1]


def test_emotions_that_are_no_class_are_left_out():
    events = used_events(
        [label(3, 9, "repression"), label(20, 30, "positive")], 1, "mended", CLASSES
    )
    assert [event.class_index for event in events] == [CLASSES.index("positive")]


@pytest.mark.parametrize("rule", [mean_k_p, median_k_p])
def test_k_p_is_at_least_one_frame(rule):
    assert rule([0]) == 1
    np.testing.assert_equal(rule([10, 10]), 5)


def test_bounds_are_the_frames_back_to_the_onset_and_on_to_the_offset():
    bounds = bounds_targets([UsedEvent(1, 3, 2, 0), UsedEvent(6, 9, 3, 0)], 8)
    assert bounds.tolist() == [[0, 0], [0, 2], [1, 1], [2, 0], [0, 0], [0, 0], [0, 3], [1, 2]]
