"""Calibration: scores of a network of sequences become evidence."""

import dataclasses
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mestr.errors import InputError
from mestr.files import write_atomically
from mestr.labels import comparable
from mestr.train.evidence import TERMS, as_rows, fit, hits_of, read_finds, reliability, values
from mestr.train.model_file import load_sequence_model, save_model
from mestr.train.options import Say, quiet
from mestr.train.samples import LabelSource, labels_of

PARTS = 5
LEAST_FINDS = 50


def by_weights_of_the_others(
    terms: NDArray[np.float64], hits: NDArray[Any], parts: NDArray[Any]
) -> NDArray[np.float64]:
    evidence = np.zeros(len(hits))
    for part in range(PARTS):
        own = parts == part
        if own.any():
            evidence[own] = values(terms[own], fit(terms[~own], hits[~own]))
    return evidence


def calibrate(
    model: Path, results: Path, labels: LabelSource, output: Path, say: Say = quiet
) -> None:
    """Fits what makes evidence of scores on the results of `mestr run` over clips that the network has not seen.

    model: that `train_sequence` gave; results: with finds of all scores (--min-evidence 0.01); labels: of the clips.
    Writes the model with the weights of evidence to `output`, and OUTPUT_reliability.json: how often a find of an
    evidence was right, by five parts of the videos, each judged by weights that the others gave.
    Raises InputError, ModelError.
    """
    finds, videos = read_finds(results)
    truth = [
        label
        for label in labels_of(labels)
        if label.is_micro and comparable(label.key) in videos
    ]
    hits = hits_of(finds, truth)
    if len(finds) < LEAST_FINDS or not 0 < hits.sum() < len(finds):
        raise InputError(
            f"{results}: finds: {len(finds)}, right ones: {int(hits.sum())}; at least "
            f"{LEAST_FINDS} are needed, right ones and wrong ones: more clips, or --min-evidence 0.01"
        )
    terms = np.stack([find.terms() for find in finds])
    weights = fit(terms, hits)
    parts = np.array([zlib.crc32("/".join(find.video).encode()) % PARTS for find in finds])
    evidence = by_weights_of_the_others(terms, hits, parts)
    network, record = load_sequence_model(model)
    record = dataclasses.replace(record, evidence=weights)
    sha256 = save_model(network, record, output)
    summary = {
        "finds": len(finds),
        "hits": int(hits.sum()),
        "labels": len(truth),
        "weights": {term: weights[term] for term in TERMS},
        "reliability": as_rows(reliability(evidence, hits)),
    }
    path = output.with_name(output.stem + "_reliability.json")
    write_atomically(path, (json.dumps(summary, indent=1) + "\n").encode())
    say(f"wrote {output}, SHA-256 {sha256}")
