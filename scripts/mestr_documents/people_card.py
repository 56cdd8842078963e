"""The card of a model for one's own videos, as Markdown."""

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mestr.errors import InputError
from mestr.files import read_json, write_atomically
from mestr.labels import Label, VideoKey, comparable, read_labels
from mestr.train.evidence import Find, hits_of, read_finds
from mestr.train.model_file import load_scripted
from mestr_documents.markdown import table, with_interval

CONTEXTS = ("frozen", "still", "calm", "speaking", "lively")
OVERALL = "overall"

REAL = """## On real footage

Tables of `scripts/real_benchmark.sh` (docs/own-video.md says what they mean): six clips of six people, with
micro-expressions planted into them; *frozen* ones are single frames of the same people with a camera's noise. No
person of them was trained on. **But they were looked at**: how synthetic people move follows figures measured on
these six, and of some ten networks and ways to train and calibrate them those were kept that did no worse here.
Other people's footage may fare worse."""

NOT_FOR = """## What it is not for

Research on micro-expressions only. It has seen no real face. It says nothing reliable about what a person feels or
thinks, and must not be used to judge anybody ([docs/own-video.md](../docs/own-video.md))."""


@dataclass(frozen=True)
class Clip:
    video: VideoKey
    context: str
    seconds: float


def read_clips(folder: Path) -> list[Clip]:
    clips = read_json(folder / "synth.json", "mestr synth")["clips"]
    try:
        return [
            Clip(
                comparable(VideoKey(c["dataset"], c["subject"], c["video"])),
                c["context"],
                c["frames"] / c["fps"],
            )
            for c in clips
        ]
    except (KeyError, TypeError) as error:
        raise InputError(f"{folder / 'synth.json'}: a clip lacks {error}") from None


def head_of(path: Path, record: dict) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    what = windows_of(record) if record["input"] == "windows" else sequences_of(record)
    about, made_for, script = what
    return f"""# {record["name"]}

{about}

- Trained on: {record["training_data"]}
- Licence: {record["licence"]}
{made_for}
- Version {record["version"]}; SHA-256 `{digest}`; made again by `scripts/{script}`"""


def sequences_of(record: dict) -> tuple[str, str, str]:
    classes = ", ".join(record["classes"])
    about = (
        "A network that scores each frame of a face in motion: how likely it lies within a "
        f"micro-expression, and of which emotion\n({classes}). Its rows are the flow of each pair of "
        f"frames on a grid, in pixels (`{record['features']}`)."
    )
    made_for = (
        f"- Made for {record['fps']:g} fps: k = {record['k_frames']}; faster videos are scored as "
        f"interleaved sequences\n- A find needs evidence of {record['p']:g} (`--min-evidence`): above "
        "a half it is more likely right than wrong"
    )
    return about, made_for, "train_people_model.sh"


def windows_of(record: dict) -> tuple[str, str, str]:
    window, classes = record["window"], ", ".join(record["classes"])
    about = (
        f"A small network of windows (docs/video-level.md): it sees {window['frames']} used frames "
        f"at a time and gives each a score and an\nemotion ({classes}). Its rows are the motion of "
        f"regions of the face since the window's first frame\n(`{record['features']}`, "
        f"{record['variant']})."
    )
    made_for = (
        f"- Made for {record['fps']:g} fps: windows of {window['frames']} frames, a new one each "
        f"{window['hop_frames']}, k_p = {record['k_p_frames']}; other rates get the same seconds\n"
        f"- Its threshold is relative, {record['p']:g} of the way from a stretch's mean score to its "
        f"largest (`{record['decode']}`): **it finds something in\n  almost every video**, and there "
        "is no evidence to sort finds by"
    )
    return about, made_for, "train_window_model.sh"


def evidence_of(reliability: dict) -> str:
    rows = [
        [
            f"{part['low']:.1f} - {part['high']:.1f}",
            str(part["finds"]),
            f"{part['mean_evidence']:.2f}",
            f"{part['hits'] / part['finds']:.2f}",
        ]
        for part in reliability["reliability"]
    ]
    weights = ", ".join(f"{term} {value:.2f}" for term, value in reliability["weights"].items())
    return f"""## What its evidence means

Evidence is the probability that a find is a micro-expression. Fitted on {reliability["finds"]} finds of any score in
clips of synthetic people that the network had not seen, and judged on parts of them that each fit had not seen:

{table(["evidence", "finds", "mean evidence", "part that is right"], rows)}

Weights (include/mestr/core/evidence_weights.h): {weights}."""


def row_of(
    name: str, clips: Sequence[Clip], finds: Sequence[Find], labels: Sequence[Label]
) -> list[str]:
    videos = {clip.video for clip in clips}
    found = [find for find in finds if find.video in videos]
    wanted = [label for label in labels if comparable(label.key) in videos]
    hits = int(hits_of(found, wanted).sum())
    minutes = sum(clip.seconds for clip in clips) / 60
    f1 = 2 * hits / (len(found) + len(wanted)) if found or wanted else float("nan")
    alarms = len(found) - hits
    return [
        name,
        str(len(clips)),
        f"{hits} of {len(wanted)}",
        f"{f1:.2f}",
        str(alarms),
        f"{alarms / minutes:.1f}",
    ]


def synthetic_of(arguments: argparse.Namespace) -> str:
    clips = read_clips(arguments.clips)
    labels = [label for label in read_labels(arguments.clips / "labels.csv") if label.is_micro]
    finds, _ = read_finds(arguments.results, with_evidence=False)
    scopes = read_json(arguments.results / "score.json", "mestr evaluate")["scopes"]
    overall = next(scope for scope in scopes if scope["scope"] == OVERALL)
    by_context = [
        row_of(context, of_context, finds, labels)
        for context in CONTEXTS
        if (of_context := [clip for clip in clips if clip.context == context])
    ]
    rows = [*by_context, row_of("all", clips, finds, labels)]
    header = ["context", "clips", "found", "spotting F1", "false alarms", "a minute"]
    interval = overall["confidence_95"]
    f1 = with_interval(overall["spotting"]["f1"], interval["spotting_f1"])
    strs = with_interval(overall["strs"], interval["strs"])
    return f"""## On other synthetic people

{len(clips)} clips of people and seeds that nothing in the model has seen; nothing was chosen on them.
Spotting F1 {f1}, UF1 {overall["recognition"]["uf1"]:.2f}, STRS {strs}; in brackets 95 % of a bootstrap over clips.

{table(header, rows)}"""


def real_of(tables: str) -> str:
    """Its headings one level down."""
    return f"{REAL}\n\n{tables.strip()}".replace("\n## ", "\n### ")


def write(arguments: argparse.Namespace) -> None:
    _, record = load_scripted(arguments.model)
    parts = [head_of(arguments.model, record)]
    if arguments.reliability is not None:
        parts.append(evidence_of(read_json(arguments.reliability, "calibrate_evidence.py")))
    parts.append(synthetic_of(arguments))
    if arguments.real is not None:
        parts.append(real_of(arguments.real.read_text(encoding="utf-8")))
    parts.append(NOT_FOR)
    write_atomically(arguments.output, ("\n\n".join(parts) + "\n").encode())
