"""Labels and scores are the program's."""

import json

import pytest

import mestr
from conftest import run_program

LABELS = """dataset,subject,video,onset,apex,offset,emotion,type
,,clear,{onset},,{offset},{emotion},micro
,,clear,2,3,5,negative,macro
"""


@pytest.fixture(scope="module")
def truth(analysis, tmp_path_factory):
    found = analysis.intervals[0]
    path = tmp_path_factory.mktemp("labels") / "labels.csv"
    text = LABELS.format(onset=found.onset + 1, offset=found.offset + 1, emotion=found.emotion)
    path.write_text(text, encoding="utf-8")
    return path


def test_labels_count_from_zero(analysis, truth):
    labels = mestr.read_labels(truth)
    found = analysis.intervals[0]
    assert labels[0] == mestr.Label("", "", "clear", found.onset, None, found.offset, found.emotion, True)
    assert labels[1] == mestr.Label("", "", "clear", 1, 2, 4, "negative", False)


def test_scores_are_the_program_s_whatever_is_given(analysis, truth, tmp_path):
    analysis.save(tmp_path / "out")
    done = run_program("evaluate", "--pred", tmp_path / "out", "--truth", truth, "--json", "-", "--bootstrap", 20)
    expected = json.loads(done.stdout)
    for predictions, labels in [
        (tmp_path / "out", truth),
        ([tmp_path / "out" / "predictions.csv"], mestr.read_labels(truth)),
        (analysis, truth),
        ([analysis], mestr.read_labels(truth)),
    ]:
        evaluation = mestr.evaluate(predictions, labels, bootstrap=20)
        assert evaluation.scopes == expected["scopes"]
        assert evaluation.notes == expected["notes"]
    assert evaluation.overall["spotting"]["f1"] == 1
    assert "overall" in str(evaluation) and evaluation._repr_html_().startswith("<pre>")


def test_macro_expressions_count_where_asked_for(analysis, truth):
    assert mestr.evaluate(analysis, truth, include_macro=True).overall["labels"] == 2


def test_what_cannot_be_scored_is_an_error(analysis, truth, tmp_path):
    with pytest.raises(mestr.ConfigError, match="iou is 2"):
        mestr.evaluate(analysis, truth, iou=2)
    bad = tmp_path / "labels.csv"
    bad.write_text(truth.read_text(encoding="utf-8").replace("clear,2,", "clear,x,"), encoding="utf-8")
    with pytest.raises(mestr.InputError, match=r"labels\.csv:3:"):
        mestr.read_labels(bad)
    with pytest.raises(mestr.InputError, match="frames 9 to 3"):
        mestr.evaluate(analysis, [mestr.Label("", "", "clear", 9, None, 3, "negative")])
    with pytest.raises(mestr.InputError, match="glad"):
        mestr.evaluate(analysis, [mestr.Label("", "", "clear", 1, None, 3, "glad")])
