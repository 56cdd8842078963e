"""Clips of single colours, questions about them, and the program that asks them."""

import json
import os
import subprocess
from pathlib import Path

import cv2
import numpy as np

MESTR = os.environ["MESTR"]
RED = (0, 0, 255)
BLUE = (255, 0, 0)
# A proxy of the machine's would stand between the program and a server of the test, and a key is the test's alone.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.lower().endswith("_proxy") and name != "MESTR_API_KEY"}


def write_frames(folder: Path, colours: list[tuple[int, int, int]], size: int = 112) -> None:
    """A folder of frames, one a colour (BGR)."""
    folder.mkdir(parents=True)
    for number, colour in enumerate(colours, 1):
        image = np.full((size, size, 3), colour, np.uint8)
        assert cv2.imwrite(str(folder / f"img_{number:04}.png"), image)


def row(video_id: str, video: str, question: str) -> dict[str, str]:
    return {"video_id": video_id, "video": video, "question": question, "answer": ""}


def write_rows(path: Path, rows: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return path


def read_rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ask_command(questions: Path, videos: Path, out: Path, server: str, *more: object) -> list[str]:
    """With `more` flags, and those of the tests that are not among them."""
    command = [MESTR, "vqa", "ask", questions, "--videos", videos, "-o", out, *more]
    for flag, value in (("--server", server), ("--model", "tiny"), ("--prompts", "plain"), ("--frames", "3"),
                        ("--retry-wait", "0.05")):
        if flag not in more:
            command += [flag, value]
    return [str(part) for part in command]


def ask(*arguments: object, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(ask_command(*arguments), capture_output=True, text=True, check=False, timeout=400,
                          env=ENVIRONMENT | (environment or {}))
