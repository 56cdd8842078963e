"""scripts/calibrate_evidence.py: from finds and labels to the weights of evidence."""

import json

import numpy as np
import pytest

import made_up_sequences
from mestr.labels import Label, VideoKey
from mestr.programs import calibrate_evidence, train_sequence
from mestr.train.evidence import (
    TERMS,
    Find,
    fit,
    hits_of,
    reliability,
    values,
)
from mestr.train.model_file import load_sequence_model

VIDEO = VideoKey("made", "1", "v")


def find(onset, offset, score=0.9, video=VIDEO, **evidence):
    known = {"motion_to_noise": 4.0, "head_px_s": 0.0, "mouth_px_s": 0.0, "blink": False}
    return Find(video, onset, offset, score, known | evidence)


def label(onset, offset):
    return Label(*VIDEO, onset, None, offset, "positive", True)


def test_terms_are_those_of_the_program():
    terms = find(0, 9, 0.5, motion_to_noise=64, head_px_s=90, mouth_px_s=30, blink=True).terms()
    assert list(terms) == pytest.approx([1, 0, 4, 2, 1, 1])


def test_a_hit_shares_half_of_the_frames_and_only_one_find_gets_it():
    finds = [find(10, 19, 0.6), find(12, 21, 0.9), find(16, 30, 0.99), find(50, 59)]
    assert list(hits_of(finds, [label(10, 19)])) == [0, 1, 0, 0]


def test_a_find_in_another_video_is_no_hit():
    other = find(10, 19, video=VideoKey("made", "2", "v"))
    assert list(hits_of([other], [label(10, 19)])) == [0]


def test_the_fit_gives_back_the_weights_that_made_the_hits():
    random = np.random.default_rng(1)
    terms = random.normal(size=(20000, len(TERMS)))
    terms[:, 0] = 1
    wanted = np.array([-0.5, 1.2, 0.8, -0.6, 0.0, -1.5])
    hits = (random.random(len(terms)) < 1 / (1 + np.exp(-terms @ wanted))).astype(float)
    weights = fit(terms, hits)
    assert [weights[term] for term in TERMS] == pytest.approx(wanted, abs=0.1)
    evidence = values(terms, weights)
    for part in reliability(evidence, hits):
        if part.finds > 500:
            assert part.hits / part.finds == pytest.approx(part.mean_evidence, abs=0.05)


def test_what_else_the_face_did_never_speaks_for_a_find():
    random = np.random.default_rng(1)
    terms = random.normal(size=(2000, len(TERMS)))
    terms[:, 0] = 1
    by_chance = np.array(
        [-0.5, 1.2, -0.4, -0.6, 0.5, 0.3]
    )  # motion against, mouth and blink for it
    hits = (random.random(len(terms)) < 1 / (1 + np.exp(-terms @ by_chance))).astype(float)
    weights = fit(terms, hits)
    assert [weights[term] for term in ("motion", "mouth", "blink")] == [0, 0, 0]
    assert weights["score"] == pytest.approx(1.2, abs=0.25)
    assert weights["head"] == pytest.approx(-0.6, abs=0.25)


def results(folder, finds_of_video):
    """As mestr run writes them. `finds_of_video`: [(onset, offset, score, evidence)], 0-based."""
    (folder / "videos").mkdir(parents=True)
    entries = []
    for subject, finds in finds_of_video.items():
        intervals = [
            {"onset": f.onset + 1, "offset": f.offset + 1, "score": f.score, "evidence": f.evidence}
            for f in finds
        ]
        file = f"videos/{subject}.json"
        (folder / file).write_text(json.dumps({"intervals": intervals}))
        entry = {"dataset": "made", "subject": subject, "video": "v", "ok": True, "file": file}
        entries.append(entry)
    entries.append({"dataset": "made", "subject": "bad", "video": "v", "ok": False})
    (folder / "run.json").write_text(json.dumps({"videos": entries}))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = made_up_sequences.write(tmp_path_factory.mktemp("made") / "features")
    words = ["--steps", "2", "--training-data", "made-up", "--licence", "none"]
    flags = [str(folder.path), "--labels", str(folder.label_file), "-o", str(folder.path.parent)]
    assert train_sequence.main(flags + words) == 0
    return folder.path.parent / "sequence.pt"


def call(model, tmp_path):
    flags = ["--results", tmp_path / "out", "--labels", tmp_path / "labels.csv"]
    output = tmp_path / "new.pt"
    return calibrate_evidence.main([str(a) for a in (model, *flags, "-o", output)])


def test_the_model_gets_weights_and_keeps_its_threshold(model, tmp_path):
    random = np.random.default_rng(2)
    rows, finds_of_video = [made_up_sequences.HEADER], {}
    for subject in map(str, range(1, 21)):
        found = []
        for i in range(10):
            right = bool(random.random() < 0.5)
            score = float(np.clip(random.normal(0.8 if right else 0.4, 0.15), 0.02, 0.99))
            found.append(find(40 * i, 40 * i + 9, score, blink=not right and i % 2 == 0))
            if right:
                rows.append(f"made,{subject},v,{40 * i + 1},,{40 * i + 10},positive,micro")
        finds_of_video[subject] = found
    results(tmp_path / "out", finds_of_video)
    (tmp_path / "labels.csv").write_text("\n".join(rows) + "\n")
    assert call(model, tmp_path) == 0
    _, record = load_sequence_model(tmp_path / "new.pt")
    _, before = load_sequence_model(model)
    assert record.p == before.p == 0.5
    assert record.evidence["score"] > 0.5 and record.evidence["blink"] < 0
    summary = json.loads((tmp_path / "new_reliability.json").read_text())
    assert summary["finds"] == 200
    assert sum(part["finds"] for part in summary["reliability"]) == 200
    for part in summary["reliability"]:
        assert part["low"] <= part["mean_evidence"] <= part["high"]


def test_too_few_finds_are_an_error(model, tmp_path, capsys):
    results(tmp_path / "out", {"1": [find(0, 9)]})
    (tmp_path / "labels.csv").write_text(
        f"{made_up_sequences.HEADER}\nmade,1,v,1,,10,positive,micro\n"
    )
    assert call(model, tmp_path) == 3
    assert "finds: 1, right ones: 1; at least 50 are needed" in capsys.readouterr().err


def test_results_without_evidence_are_named(model, tmp_path, capsys):
    results(tmp_path / "out", {"1": [find(0, 9)]})
    (tmp_path / "out/videos/1.json").write_text(
        '{"intervals": [{"onset": 1, "offset": 2, "score": 1}]}'
    )
    (tmp_path / "labels.csv").write_text(f"{made_up_sequences.HEADER}\n")
    assert call(model, tmp_path) == 3
    assert "an interval without evidence" in capsys.readouterr().err
