"""Published weights of ME-TST and BoostingVRME as a model file."""

from dataclasses import dataclass
from pathlib import Path

from mestr.errors import ConfigError, ModelError
from mestr.train.model_file import save_model
from mestr.train.options import About
from mestr.train.window_models import WindowModel
from mestr.train.window_record import FEATURES, PUBLISHED_RUNS, WindowRecord
from mestr.train.window_weights import read_window_weights


@dataclass(frozen=True)
class WindowWeightOptions:
    """What the weights do not say of themselves."""

    run: str  # the published run that they belong to, a key of PUBLISHED_RUNS: window, frame step, decoding
    k_p_frames: int | None = None  # half a micro-expression's length, used frames; None: the run's, of the test sets
    p: float | None = None  # threshold parameter; None: the run's


def convert_window_weights(
    weights: Path, output: Path, options: WindowWeightOptions, about: About
) -> str:
    """Writes the model file and gives its SHA-256. weights: .pkl of a state dict, of which nothing but tensors is read.
    Raises ModelError, ConfigError.
    """
    run = PUBLISHED_RUNS[options.run]
    k_p_frames = run.k_p_frames if options.k_p_frames is None else options.k_p_frames
    if k_p_frames is None:
        raise ConfigError(f"--run {options.run}: k_p comes from the labels there: give --k-p")
    network, shape = read_window_weights(weights)
    if shape.network != run.network:
        raise ModelError(
            f"{weights} holds a {shape.network} network; --run {options.run} is of a {run.network} one"
        )
    record = WindowRecord(
        name=about.name,
        version=about.version,
        features=FEATURES[shape.network],
        row_shape=[shape.values],
        variant="published",
        fps=run.fps,
        window=run.window,
        k_p_frames=k_p_frames,
        p=run.p if options.p is None else options.p,
        decode=run.decode,
        synergy=run.synergy,
        class_offsets=list(run.class_offsets),
        not_written=list(run.not_written),
        training_data=about.training_data,
        licence=about.licence,
    )
    return save_model(WindowModel(network), record, output)
