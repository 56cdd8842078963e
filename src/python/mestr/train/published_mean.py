"""Published weights of MEAN as a model file."""

from dataclasses import dataclass
from pathlib import Path

from mestr.train.keras_weights import read_keras_weights
from mestr.train.mean_options import DEFAULT_CLASSES
from mestr.train.model_file import save_model
from mestr.train.model_record import ModelRecord
from mestr.train.options import About, Say, quiet

UNTRAINED_HEADS = "CASME_sq 1, 4, 6, 11, 13 and SAMMLV 19"


@dataclass(frozen=True)
class MeanWeightOptions:
    """What the weights do not say of themselves."""

    fps: float  # frame rate of the training data
    k_frames: int  # between the two frames of a pair
    k_p_frames: int  # half the mean length of a micro-expression
    p: float = 0.55  # threshold parameter, in [0, 1]
    classes: tuple[str, ...] = tuple(DEFAULT_CLASSES.split(","))  # in the order of the outputs


def convert_mean_weights(
    weights: Path, output: Path, options: MeanWeightOptions, about: About, say: Say = quiet
) -> str:
    """Writes the model file and gives its SHA-256. weights: Keras HDF5 of the kind `spot_recog`, of weights alone or of
    a whole saved model. Raises ModelError, ConfigError.
    """
    record = ModelRecord(
        name=about.name,
        version=about.version,
        classes=list(options.classes),
        fps=options.fps,
        k_frames=options.k_frames,
        k_p_frames=options.k_p_frames,
        p=options.p,
        training_data=about.training_data,
        licence=about.licence,
    )
    record.check()
    network = read_keras_weights(weights)
    if not (network.recog.conv.bias.any() or network.recog.dense.bias.any()):
        say(
            f"warning: {weights}: all biases of the recognition "
            "head are 0, so it was never trained: use the model for spotting only (of the "
            f"published files that is so in {UNTRAINED_HEADS})"
        )
    return save_model(network, record, output)
