"""What scripts/method_table.py does with its arguments."""

import argparse
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mestr.errors import InputError
from mestr.files import read_json, write_atomically
from mestr.train.model_file import load_scripted
from mestr_documents.markdown import table, updated, with_interval

MADE_BY = "mestr run"
SCORE = "score.json"  # of mestr evaluate --bootstrap --json, in the folder of results
HEADER = (
    "model",
    "features",
    "parameters",
    "spotting F1 (95 %)",
    "precision",
    "recall",
    "recognition UF1 (95 %)",
    "STRS (95 %)",
    "frames a second",
)


@dataclass(frozen=True)
class Speed:
    """Frames a second of each round."""

    rounds: list[float]

    def __str__(self) -> str:
        low, high = min(self.rounds), max(self.rounds)
        return f"{statistics.median(self.rounds):.0f} ({low:.0f} - {high:.0f})"


def model_of(results: Path) -> dict:
    models = read_json(results / "run.json", MADE_BY)["models"]
    if len(models) != 1:
        raise InputError(f"{results}: made by {len(models)} models instead of one")
    return models[0]


def speed_of(results: Path) -> float:
    """Of all videos of a run; what the program's start takes is not in it."""
    videos = [v for v in read_json(results / "run.json", MADE_BY)["videos"] if v.get("ok")]
    seconds = sum(video["wall_seconds"] for video in videos)
    if not seconds > 0:
        raise InputError(f"{results}: no video of it was timed")
    return sum(video["frames"] for video in videos) / seconds


def parameters_of(model: Path) -> int:
    """Of the network; running means of its norms are none."""
    scripted, _ = load_scripted(model)
    return sum(parameter.numel() for parameter in scripted.parameters())


def row_of(model: Path, results: Path, timed: Sequence[Path]) -> list[str]:
    record = model_of(results)
    if any(model_of(folder)["sha256"] != record["sha256"] for folder in timed):
        raise InputError(f"{results}: timed was another model")
    try:
        scopes = read_json(results / SCORE, "mestr evaluate")["scopes"]
        overall = next(scope for scope in scopes if scope["scope"] == "overall")
        interval = overall["confidence_95"]
        spotting, uf1 = overall["spotting"], overall["recognition"]["uf1"]
        return [
            record["name"],
            f"`{record['features']}`",
            f"{parameters_of(model):,}",
            with_interval(spotting["f1"], interval["spotting_f1"]),
            f"{spotting['precision']:.2f}",
            f"{spotting['recall']:.2f}",
            with_interval(uf1, interval["uf1"]),
            with_interval(overall["strs"], interval["strs"]),
            str(Speed([speed_of(folder) for folder in timed])),
        ]
    except (KeyError, StopIteration) as error:
        raise InputError(f"{results / SCORE} lacks {error}; mestr evaluate --bootstrap") from None


def write(arguments: argparse.Namespace) -> None:
    rows = []
    for model in arguments.models:
        name = model.stem
        timed = sorted(arguments.folder.glob(f"timed_{name}_*"))
        if not timed:
            raise InputError(f"{arguments.folder}: no timed_{name}_*")
        rows.append(row_of(model, arguments.folder / f"judged_{name}", timed))
    text = table(HEADER, rows)
    documents = {path: updated(path, {"methods": text}) for path in arguments.update}
    for path, content in documents.items():
        write_atomically(path, content.encode())
    print(text)
