"""How the evidence of an interval is calibrated: a logistic model of what mestr writes about each
interval, fitted on clips that the network has not seen (include/mestr/spot/evidence.h)."""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mestr.errors import InputError
from mestr.files import read_json
from mestr.labels import LEAST_IOU, Label, VideoKey, comparable, iou

TERMS = ("bias", "score", "motion", "head", "mouth", "blink")  # in the order of the columns below
SIGNS = (0, 1, 1, -1, -1, -1)  # of their weights; 0: either
LEAST_SCORE = 1e-6
MOST_MOTION_LOG = 4.0
SLOW_PX_S = 30.0
RIDGE = 1.0  # as many finds' worth of doubt in each weight
MADE_BY = "mestr run"


@dataclass(frozen=True)
class Find:
    video: VideoKey
    onset: int  # 0-based, as the labels
    offset: int
    score: float
    evidence: dict[str, float]  # empty where the model's scores are relative

    def terms(self) -> NDArray[np.float64]:
        """[6], as src/spot/evidence.cpp has them."""
        p = min(max(self.score, LEAST_SCORE), 1 - LEAST_SCORE)
        motion = math.log2(max(self.evidence["motion_to_noise"], 1.0))
        head = math.log2(1 + self.evidence["head_px_s"] / SLOW_PX_S)
        mouth = math.log2(1 + self.evidence["mouth_px_s"] / SLOW_PX_S)
        blink = float(self.evidence["blink"])
        logit = math.log(p / (1 - p))
        return np.array([1.0, logit, min(motion, MOST_MOTION_LOG), head, mouth, blink])


def read_finds(folder: Path, with_evidence: bool = True) -> tuple[list[Find], set[VideoKey]]:
    """Of an output folder of mestr run, and the videos that it could use."""
    run = read_json(folder / "run.json", MADE_BY)
    finds = []
    videos = set()
    for entry in run["videos"]:
        if not entry.get("ok"):
            continue
        path = folder / entry["file"]
        key = comparable(VideoKey(entry["dataset"], entry["subject"], entry["video"]))
        videos.add(key)
        try:
            for interval in read_json(path, MADE_BY)["intervals"]:
                span = interval["onset"] - 1, interval["offset"] - 1
                evidence = interval["evidence"] if with_evidence else {}
                finds.append(Find(key, *span, interval["score"], evidence))
        except (KeyError, TypeError) as error:
            raise InputError(f"{path}: an interval without evidence: {error}") from None
    return finds, videos


def hits_of(finds: Sequence[Find], labels: Sequence[Label]) -> NDArray[Any]:
    """1 for the finds that share half of their frames with a micro-expression, by union: of several
    with the same, the one of the highest score."""
    hits = np.zeros(len(finds))
    taken: set[int] = set()
    for i in sorted(range(len(finds)), key=lambda i: -finds[i].score):
        find = finds[i]
        for j, label in enumerate(labels):
            if j in taken or not label.is_micro or comparable(label.key) != find.video:
                continue
            if iou(find, label) >= LEAST_IOU:
                hits[i] = 1
                taken.add(j)
                break
    return hits


def fit(terms: NDArray[np.float64], hits: NDArray[Any]) -> dict[str, float]:
    """Terms [N, 6]. The score and motion above the noise may only speak for a find, what else the
    face did only against it: a few finds in speech that happen to be right must not make speech an
    argument. The bias is not held back, the others a little."""
    used = [True] * len(TERMS)
    while True:
        weights = np.zeros(len(TERMS))
        weights[used] = _newton(terms[:, used], hits)
        wrong = weights * np.array(SIGNS) < 0
        if not wrong.any():
            return {term: float(weight) for term, weight in zip(TERMS, weights, strict=True)}
        used[int(np.argmax(np.where(wrong, np.abs(weights), 0)))] = False


def _newton(terms: NDArray[np.float64], hits: NDArray[Any]) -> NDArray[np.float64]:
    """Weights of a logistic model; the first is the bias."""
    weights = np.zeros(terms.shape[1])
    ridge = np.full(terms.shape[1], RIDGE)
    ridge[0] = 0
    for _ in range(50):
        p = 1 / (1 + np.exp(-terms @ weights))
        gradient = terms.T @ (hits - p) - ridge * weights
        curvature = (terms * (p * (1 - p))[:, None]).T @ terms + np.diag(ridge + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        weights += step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def values(terms: NDArray[np.float64], weights: dict[str, float]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-terms @ np.array([weights[term] for term in TERMS])))


@dataclass(frozen=True)
class Bin:
    """Finds whose evidence lies in [low, high)."""

    low: float
    high: float
    finds: int
    mean_evidence: float
    hits: int


def reliability(evidence: NDArray[np.float64], hits: NDArray[Any], bins: int = 10) -> list[Bin]:
    """Where evidence is what it says, the part of hits in a bin is its mean evidence."""
    which = np.minimum((evidence * bins).astype(int), bins - 1)
    found = []
    for i in range(bins):
        inside = which == i
        if inside.any():
            mean = float(evidence[inside].mean())
            found.append(
                Bin(i / bins, (i + 1) / bins, int(inside.sum()), mean, int(hits[inside].sum()))
            )
    return found


def as_rows(bins: Sequence[Bin]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(entry) for entry in bins]
