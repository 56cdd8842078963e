import argparse
import json
from pathlib import Path

import pytest

import compare_with_python as compare

ARGS = argparse.Namespace(clips=1, seconds=2.0, size="64x48", jobs=2)


@pytest.fixture
def rivals(tmp_path: Path) -> list[compare.Rival]:
    ours = tmp_path / "mestr"
    ours.mkdir()
    (ours / "cas_pred.csv").write_text("subject,video,onset,offset,emotion\n1,a,16,28,negative\n1,a,40,52,surprise\n")
    found = [compare.Rival("mestr run", [], ours, False, [1.0, 2.0], [2.0, 2.0])]
    for name, ipp in (("Debian's", False), ("PyPI's", True)):
        file = tmp_path / f"{ipp}.json"
        both = [
            {"onset": 15, "offset": 27, "emotion": "negative"},
            {"onset": 39, "offset": 51, "emotion": "surprise"},
        ]
        report = {
            "opencv": "4",
            "opencv_file": "/home/user/cv2.so" if ipp else "/usr/lib/python3/dist-packages/cv2.so",
            "ipp": ipp,
            "dlib": "20",
            "torch": "1",
            "stage_cpu_ms": {"flow": 104.56},
        }
        file.write_text(json.dumps(report | {"found": {"cas/1/a": both[:1] if ipp else both, "cas/1/b": []}}))
        found.append(compare.Rival(name, [], file, not ipp, [10.0, 10.0], [20.0, 30.0]))
    return found


def test_the_table_has_times_ratios_and_intervals_that_both_found(rivals):
    text = compare.results_table(ARGS, rivals, (0.0116, 2.61))
    assert "| mestr run | 1.50 (1.25 - 1.75) | 40 | 2.00 (2.00 - 2.00) |  |  |  | 2 |" in text
    assert "| 7.50 (6.25 - 8.75) | 12.50 (11.25 - 13.75) | 104.6 | 2 of 2, and 0 others |" in text
    assert "| 1 of 2, and 0 others |" in text and "differ by 0.0116 px in the mean, 2.61 px at most" in text


def test_other_intervals_with_a_flow_of_the_same_bits_are_an_error(rivals):
    report = json.loads(rivals[1].results.read_text())
    report["found"]["cas/1/a"][0]["offset"] += 1
    rivals[1].results.write_text(json.dumps(report))
    with pytest.raises(SystemExit, match="other intervals"):
        compare.results_table(ARGS, rivals, (0.0116, 2.61))


@pytest.mark.parametrize(
    "change, message",
    [
        ({"ipp": True}, "is not Debian's OpenCV"),
        ({"opencv_file": "/home/user/cv2.so"}, "is not Debian's OpenCV"),
    ],
)
def test_the_opencv_must_be_the_one_with_the_same_bits(rivals, change, message):
    report = json.loads(rivals[1].results.read_text())
    rivals[1].results.write_text(json.dumps(report | change))
    with pytest.raises(SystemExit, match=message):
        compare.results_table(ARGS, rivals, (0, 0))


def test_clips_on_which_nothing_is_found_compare_nothing(rivals):
    (rivals[0].results / "cas_pred.csv").write_text("subject,video,onset,offset,emotion\n")
    report = json.loads(rivals[1].results.read_text())
    rivals[1].results.write_text(json.dumps(report | {"found": {}}))
    with pytest.raises(SystemExit, match="nothing is compared"):
        compare.results_table(ARGS, rivals, (0, 0))
