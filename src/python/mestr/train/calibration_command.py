"""What scripts/calibrate_evidence.py does with its arguments."""

import argparse
import dataclasses
import json
import sys
import zlib

import numpy as np

from mestr.errors import InputError
from mestr.files import write_atomically
from mestr.labels import comparable, read_labels
from mestr.train.evidence import TERMS, as_rows, fit, hits_of, read_finds, reliability, values
from mestr.train.model_file import load_sequence_model, save_model

PARTS = 5
LEAST_FINDS = 50


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def by_weights_of_the_others(terms: np.ndarray, hits: np.ndarray, parts: np.ndarray) -> np.ndarray:
    evidence = np.zeros(len(hits))
    for part in range(PARTS):
        own = parts == part
        if own.any():
            evidence[own] = values(terms[own], fit(terms[~own], hits[~own]))
    return evidence


def calibrate(arguments: argparse.Namespace) -> None:
    finds, videos = read_finds(arguments.results)
    labels = [
        label
        for label in read_labels(*arguments.labels)
        if label.is_micro and comparable(label.key) in videos
    ]
    hits = hits_of(finds, labels)
    if len(finds) < LEAST_FINDS or not 0 < hits.sum() < len(finds):
        raise InputError(
            f"{arguments.results}: finds: {len(finds)}, right ones: {int(hits.sum())}; at least "
            f"{LEAST_FINDS} are needed, right ones and wrong ones: more clips, or --min-evidence 0.01"
        )
    terms = np.stack([find.terms() for find in finds])
    weights = fit(terms, hits)
    parts = np.array([zlib.crc32("/".join(find.video).encode()) % PARTS for find in finds])
    evidence = by_weights_of_the_others(terms, hits, parts)
    network, record = load_sequence_model(arguments.model)
    record = dataclasses.replace(record, evidence=weights)
    sha256 = save_model(network, record, arguments.output)
    summary = {
        "finds": len(finds),
        "hits": int(hits.sum()),
        "labels": len(labels),
        "weights": {term: weights[term] for term in TERMS},
        "reliability": as_rows(reliability(evidence, hits)),
    }
    path = arguments.output.with_name(arguments.output.stem + "_reliability.json")
    write_atomically(path, (json.dumps(summary, indent=1) + "\n").encode())
    say(f"wrote {arguments.output}, SHA-256 {sha256}")
