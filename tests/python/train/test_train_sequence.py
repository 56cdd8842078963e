"""scripts/train_sequence.py, from features to a model file."""

import numpy as np
import pytest
import torch

import made_up_sequences
from mestr.errors import ConfigError, ModelError
from mestr.programs import train_sequence
from mestr.train import About
from mestr.train import train_sequence as train_sequence_model
from mestr.train.model_file import load_model, load_sequence_model
from mestr.train.model_record import EVIDENCE_TERMS
from mestr.train.options import quiet
from mestr.train.samples import join
from mestr.train.sequence_network import SequenceNetwork
from mestr.train.sequence_options import BatchOptions, SequenceOptions
from mestr.train.sequence_training import train_sequence_network


def train(folder, output, *flags):
    arguments = [folder.path, "--labels", folder.label_file, "-o", output, "--steps", "3", *flags]
    words = ["--training-data", "made-up", "--licence", "none"]
    return train_sequence.main([str(a) for a in arguments] + words)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made_up_sequences.write(tmp_path_factory.mktemp("made") / "features")


def test_the_record_says_what_the_model_takes_and_gives(folder, tmp_path):
    assert train(folder, tmp_path, "--name", "mine", "--p", "0.7") == 0
    _, record = load_sequence_model(tmp_path / "mine.pt")
    assert (record.features, record.row_shape) == ("flow-grid-v1", [2, 32, 32])
    assert (record.format, record.input, record.scores) == (3, "sequences", "probabilities")
    assert (record.fps, record.k_frames, record.p) == (30, 3, 0.7)
    assert record.evidence == {term: float(term == "score") for term in EVIDENCE_TERMS}
    assert (tmp_path / "mine_loss.csv").read_text().startswith("part,loss\n")


def test_two_runs_give_the_same_bytes(folder, tmp_path):
    for name in ("a", "b"):
        assert train(folder, tmp_path / name) == 0
    files = [(tmp_path / name / "sequence.pt").read_bytes() for name in ("a", "b")]
    assert files[0] == files[1]


def settings_of_pytorch():
    return (
        torch.get_num_threads(),
        torch.backends.cudnn.allow_tf32,
        torch.are_deterministic_algorithms_enabled(),
        torch.initial_seed(),
        torch.get_rng_state().tolist(),
    )


def test_a_training_leaves_the_process_as_it_was(folder):
    before = settings_of_pytorch()
    inside = []
    options = SequenceOptions(steps=1, batches=BatchOptions(rows=8, pieces=1))
    about = About("m", "made-up", "none")
    train_sequence_model(
        folder.path, folder.label_file, options, about, lambda _: inside.append(settings_of_pytorch())
    )
    assert inside[-1][1:3] == (False, True) and inside[-1][3:] != before[3:]
    assert settings_of_pytorch() == before


def test_it_learns_what_moves(folder):
    videos = join(folder.read(), folder.labels(), print)
    batches = BatchOptions(rows=64, pieces=4, plant=0, distract=0)
    classes = ("positive", "negative")
    options = SequenceOptions(classes=classes, steps=60, dropout=0, batches=batches)
    network, history = train_sequence_network(videos, options, quiet)
    assert history[-1] < 0.5 * history[0]
    rows = torch.from_numpy(np.asarray(videos[0].video.pair_features(), np.float32))
    with torch.no_grad():
        spot, probabilities = network(rows)
    onset, offset = made_up_sequences.EXPRESSION
    inside = spot[onset : offset + 1].mean()
    outside = torch.cat([spot[: onset - 10], spot[offset + 10 :]]).mean()
    assert inside > outside + 0.3
    assert probabilities.sum(dim=1).numpy() == pytest.approx(np.ones(len(rows)))


def test_a_sequence_of_any_length_is_scored_alike():
    """Rows are encoded some hundred at a time."""
    torch.manual_seed(1)
    network = SequenceNetwork(3).eval()
    rows = torch.randn(600, 2, 32, 32)
    with torch.no_grad():
        whole, _ = network(rows)
        begin, _ = network(rows[:300])
    assert whole.shape == (600,)
    # Beyond the reach of the convolutions over time the end makes no difference.
    np.testing.assert_allclose(whole[:285].numpy(), begin[:285].numpy(), atol=1e-5)


def test_features_of_another_kind_are_refused(features, tmp_path, capsys):
    arguments = [features.path, "--labels", features.labels, "-o", tmp_path]
    words = ["--training-data", "made-up", "--licence", "none"]
    assert train_sequence.main([str(a) for a in arguments] + words) == 3
    assert 'features of kind "mean-v1" instead of "flow-grid-v1"' in capsys.readouterr().err


def test_models_of_the_two_kinds_are_not_taken_for_each_other(folder, tmp_path):
    assert train(folder, tmp_path) == 0
    with pytest.raises(ModelError, match="takes rows of flow-grid-v1; wanted is a MEAN network"):
        load_model(tmp_path / "sequence.pt")


def test_evidence_that_is_not_complete_is_refused(folder, tmp_path):
    assert train(folder, tmp_path) == 0
    _, record = load_sequence_model(tmp_path / "sequence.pt")
    record.evidence = {"score": 1.0}
    with pytest.raises(ConfigError, match="evidence must have the terms"):
        record.check()
