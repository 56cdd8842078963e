"""Questions are answered by a real server of a real, tiny model, which answers by the colour of the pictures."""

import json
import os
import random
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_clips import (
    BLUE,
    ENVIRONMENT,
    RED,
    ask,
    ask_command,
    read_rows,
    row,
    write_frames,
    write_rows,
)

DATA = Path(__file__).resolve().parents[1] / "data" / "vqa"
SERVER_PACKAGE = "xllamacpp==2026.10.11549"
# Of the tiny model: tests/data/vqa/README.md.
ANSWERS = {
    "What is the coarse expression class?": {RED: "positive", BLUE: "negative"},
    "What is the fine-grained expression class?": {RED: "happiness", BLUE: "disgust"},
    "What are the action units?": {RED: "lip corner puller", BLUE: "brow lowerer"},
    "Is the action unit lip corner puller shown on the face?": {RED: "yes", BLUE: "no"},
}


def python_with_server() -> Path:
    """A Python beside the build that has the server; skips the test where PyPI does not give it."""
    folder = Path(os.environ["MESTR_BUILD"]) / "vqa_server"
    python = folder / "bin" / "python"
    probe = [python, "-c", "import xllamacpp"]
    if python.exists() and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return python
    subprocess.run(["/usr/bin/python3", "-m", "venv", "--clear", folder], check=True, capture_output=True)
    got = subprocess.run([python, "-m", "pip", "install", "-q", "--retries", "1", "--timeout", "20", SERVER_PACKAGE],
                         capture_output=True, text=True, check=False, timeout=300)
    if got.returncode != 0:
        pytest.skip(f"PyPI does not give {SERVER_PACKAGE}: {got.stderr.strip().splitlines()[-1]}")
    return python


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(name="server", scope="module")
def server_fixture() -> Iterator[str]:
    port = free_port()
    command = [python_with_server(), Path(__file__).parent / "serve_model.py", DATA / "tiny-f16.gguf",
               DATA / "tiny-mmproj.gguf", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout and process.stdout.readline()  # it listens
        yield f"http://127.0.0.1:{port}"
        process.kill()


@pytest.fixture(name="forty")
def forty_fixture(tmp_path: Path) -> tuple[Path, Path, list[str]]:
    """40 questions about ten clips in no order, the folder of the clips, and the right answers."""
    draw = random.Random(7)
    colours = {f"SAMM-{number}": draw.choice([RED, BLUE]) for number in range(1, 11)}
    assert len(set(colours.values())) == 2
    for video, colour in colours.items():
        shade = 255 - 4 * int(video.removeprefix("SAMM-"))  # else the same pictures would be asked about once
        write_frames(tmp_path / "clips" / video, [tuple(min(part, shade) for part in colour)] * 7)
    asked = [(video, number, question) for video in colours for number, question in enumerate(ANSWERS, 1)]
    draw.shuffle(asked)
    rows = [row(f"samm_test_{video}_{number}", video, question) for video, number, question in asked]
    questions = write_rows(tmp_path / "me_vqa_samm_test_to_answer.jsonl", rows)
    return questions, tmp_path / "clips", [ANSWERS[question][colours[video]] for video, _, question in asked]


def test_forty_questions_are_answered_in_their_order(forty, server, tmp_path):
    questions, clips, right = forty
    done = ask(questions, clips, tmp_path / "out", server, "--model", "tiny-f16")
    assert done.returncode == 0, done.stderr
    answered = tmp_path / "out" / "me_vqa_samm_test_pred.jsonl"
    asked = read_rows(questions)
    assert len(asked) == 40
    assert read_rows(answered) == [one | {"answer": answer} for one, answer in zip(asked, right, strict=True)]
    assert [list(one) for one in read_rows(answered)] == [list(one) for one in asked]  # the keys' order
    record = json.loads((answered.with_suffix(".json")).read_text(encoding="utf-8"))
    assert record["answered_by"] == [str(DATA / "tiny-f16.gguf")]
    assert record["temperature"] == 0 and record["input"] == "video" and record["failed"] == []


def test_a_killed_call_goes_on_where_it_stopped(forty, server, tmp_path):
    questions, clips, right = forty
    out = tmp_path / "out"
    arguments = (questions, clips, out, server, "--model", "tiny-f16", "--parallel", "1")
    with subprocess.Popen(ask_command(*arguments), env=ENVIRONMENT, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        while len(list((out / "answers").glob("[0-9a-f]*.json"))) < 5 and process.poll() is None:
            time.sleep(0.002)
        process.kill()
    kept = len(list((out / "answers").glob("[0-9a-f]*.json")))
    assert 5 <= kept < 40
    done = ask(*arguments)
    assert done.returncode == 0, done.stderr
    earlier = re.search(r"40 answers, (\d+) of them there already", done.stdout)
    assert earlier and int(earlier[1]) >= kept
    assert [one["answer"] for one in read_rows(out / "me_vqa_samm_test_pred.jsonl")] == right


def test_what_the_server_refuses_is_the_questions_failure(forty, server, tmp_path):
    questions, clips, _ = forty
    rows = read_rows(questions)[:2]
    rows[1]["question"] = "why " * 5000
    some = write_rows(tmp_path / "some.jsonl", rows)
    done = ask(some, clips, tmp_path / "out", server, "--model", "tiny-f16")
    assert done.returncode == 5
    assert "exceeds the available context size" in done.stderr
    assert [bool(one["answer"]) for one in read_rows(tmp_path / "out" / "some_pred.jsonl")] == [True, False]


def test_a_model_that_is_not_there_is_no_silent_other_one(forty, server, tmp_path):
    questions, clips, _ = forty
    done = ask(questions, clips, tmp_path / "out", server, "--model", "qwen")
    assert done.returncode == 4
    assert "the server has no model 'qwen'; it has" in done.stderr
    assert not list((tmp_path / "out").glob("*.jsonl"))
