"""What `mestr vqa ask` does with servers that fail, refuse, lie or go away, and what it sends."""

import json
import subprocess
import threading
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
from scripted_server import (
    ScriptedServer,
    answer,
    completion,
    cut_in_the_middle,
    hang_up,
    pictures_of,
    slow,
    status,
)

KEY = "sk-very-secret"


@pytest.fixture(name="server")
def server_fixture() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(name="clips")
def clips_fixture(tmp_path: Path) -> Path:
    write_frames(tmp_path / "clips" / "A", [(20 * i, 0, 0) for i in range(11)])
    write_frames(tmp_path / "clips" / "B", [RED, BLUE, RED, BLUE])
    return tmp_path / "clips"


def ask_each(server: ScriptedServer, clips: Path, questions: list[str], *more: str, **environment: str):
    """Asks each of the questions about clip A; what the program says, and the answers."""
    folder = clips.parent
    rows = [row(f"a_{number}", "A", question) for number, question in enumerate(questions)]
    file = write_rows(folder / "q_to_answer.jsonl", rows)
    done = ask(file, clips, folder / "out", server.url, *more, environment=environment)
    answered = folder / "out" / "q_pred.jsonl"
    return done, [one["answer"] for one in read_rows(answered)] if answered.exists() else None


def test_what_may_pass_is_asked_again(server, clips):
    passing = {"busy": status(429, b"busy", Retry_After="1"), "down": status(503, b"<html>down</html>"),
               "odd": status(500, b"cannot"), "cut": cut_in_the_middle, "gone": hang_up,
               "late": slow(2, answer("too late"))}
    for question, reply in passing.items():
        server.script(question, reply, answer(f"of {question}"))
    begin = time.monotonic()
    done, answers = ask_each(server, clips, list(passing), "--timeout", "1", "--parallel", "1")
    assert done.returncode == 0, done.stderr
    assert answers == [f"of {question}" for question in passing]
    assert set(server.asked.values()) == {2}
    assert time.monotonic() - begin > 1.9  # Retry-After and the time-out were waited for


def test_what_will_not_pass_is_the_failure_of_its_question(server, clips):
    large = completion("x" * 1_000_000)
    refused = {
        "bad picture": (status(400, b'{"error":{"code":400,"message":"Failed to load image"}}'), "Failed to load"),
        "detail": (status(400, b'{"detail":"no such thing"}'), "no such thing"),
        "context": (status(400, b'{"error":{"type":"exceed_context_size_error","message":"too long"}}'), "too long"),
        "text": (status(422, b"plain words"), "status 422: plain words"),
        "empty": (answer("  "), "the answer is empty"),
        "null": (answer(None, finish="length"), "--max-tokens"),
        "bytes": (status(200, completion("@").replace(b"@", b"\xff\xfe")), "the reply is not UTF-8"),
        "large": (status(200, large), "too large to be an answer"),
        "html": (status(200, b"<html>hello</html>"), "no JSON: <html>hello"),
        "shape": (status(200, b'{"choices": []}'), "no answer"),
        "deep": (status(200, b'{"choices": ' + b"[" * 100_000), "no JSON"),
        "moved": (status(302, b"there", Location="http://127.0.0.1:1/"), "status 302"),
        "nothing": (status(200, b""), "no JSON: no text"),
    }
    for question, (reply, _) in refused.items():
        server.script(question, *[reply] * 3)
    done, answers = ask_each(server, clips, [*refused, "good"], "--retries", "2")
    assert done.returncode == 5, done.stderr
    assert answers == [""] * len(refused) + ["yes"]
    warnings = [line for line in done.stderr.splitlines() if "a_" in line]
    for number, (question, (_, why)) in enumerate(refused.items()):
        assert server.asked[question] == 1, question
        assert why in warnings[number] and f"a_{number}:" in warnings[number], question
        assert len(warnings[number]) < 600
    record = json.loads((clips.parent / "out" / "q_pred.json").read_text(encoding="utf-8"))
    assert [one["video_id"] for one in record["failed"]] == [f"a_{number}" for number in range(len(refused))]
    again, answers = ask_each(server, clips, [*refused, "good"])  # its scripts are not over
    assert server.asked["good"] == 1 and again.returncode == 5


def test_a_server_that_fails_for_ever_is_told_after_the_retries(server, clips):
    server.script("down", *[status(500, b"cannot read the image")] * 9)
    done, answers = ask_each(server, clips, ["down", "good"], "--retries", "2")
    assert (done.returncode, answers) == (5, ["", "yes"])
    assert server.asked["down"] == 3
    assert "status 500: cannot read the image" in done.stderr


def test_what_would_go_wrong_with_every_question_ends_the_call(server, clips):
    server.script("two", status(401, b'{"error":{"message":"Incorrect API key provided: ' + KEY.encode() + b'"}}'))
    done, answers = ask_each(server, clips, ["one", "two", "three"], "--parallel", "1", MESTR_API_KEY=KEY)
    assert (done.returncode, answers) == (2, None)
    assert "refuses the key in MESTR_API_KEY (Incorrect API key provided: ***)" in done.stderr
    server.script("two", answer("no", model="another"))
    done, answers = ask_each(server, clips, ["one", "two", "three"], "--parallel", "1")
    assert (done.returncode, answers) == (4, None)
    assert "the server answers with the model another, not with 'tiny'" in done.stderr
    done, answers = ask_each(server, clips, ["one", "two", "three"])
    assert (done.returncode, answers) == (0, ["yes"] * 3)
    assert server.asked["one"] == 1


def test_a_server_that_is_not_there_is_named(server, clips):
    server.shutdown()
    server.server_close()
    done, answers = ask_each(server, clips, ["one"], "--retries", "1")
    assert (done.returncode, answers) == (2, None)
    assert f"{server.url}/v1: cannot be reached" in done.stderr and "is the server running?" in done.stderr


def test_servers_that_list_no_models_or_versions_of_them_are_fine(server, clips):
    server.models = status(404, b"no")
    server.script("version", answer("yes", model="tiny-2026-01-02"))
    server.script("silent", answer("yes", model=None))
    server.script("parts", answer([{"type": "text", "text": "ye"}, {"type": "text", "text": "s"}]))
    done, answers = ask_each(server, clips, ["version", "silent", "parts"])
    assert (done.returncode, answers) == (0, ["yes"] * 3), done.stderr
    assert "does not tell which models it has" in done.stderr


def test_the_key_goes_to_the_server_and_nowhere_else(server, clips):
    server.script("echo", status(500, b"you sent " + KEY.encode()), status(400, b"you sent " + KEY.encode()))
    done, _ = ask_each(server, clips, ["echo", "good"], MESTR_API_KEY=KEY)
    assert {one["Authorization"] for one in server.headers} == {f"Bearer {KEY}"}
    assert "you sent ***" in done.stderr
    written = [path.read_text(encoding="utf-8") for path in (clips.parent / "out").rglob("*") if path.is_file()]
    assert len(written) == 3 and not [text for text in (*written, done.stderr, done.stdout) if KEY in text]
    ask_each(server, clips, ["good"], "--seed", "2")
    assert "Authorization" not in server.headers[-1]


def test_nothing_is_asked_twice(server, clips):
    held = threading.Event()
    server.script("q7", lambda _: held.wait(60))
    questions = [f"q{number}" for number in range(12)]
    rows = [row(f"a_{number}", "A", question) for number, question in enumerate(questions)]
    file = write_rows(clips.parent / "q_to_answer.jsonl", rows)
    command = ask_command(file, clips, clips.parent / "out", server.url, "--parallel", "1")
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL) as process:
        while "q7" not in server.asked and process.poll() is None:
            time.sleep(0.01)
        process.kill()
    held.set()
    done, answers = ask_each(server, clips, questions)
    assert done.returncode == 0 and answers == ["yes"] * 12
    assert "12 answers, 7 of them there already" in done.stdout
    assert dict(server.asked) == {question: 2 if question == "q7" else 1 for question in questions}
    server.shutdown()
    server.server_close()  # everything is answered: no server is needed
    done, answers = ask_each(server, clips, questions)
    assert done.returncode == 0 and answers == ["yes"] * 12


def test_other_settings_and_clips_are_asked_about_anew(server, clips):
    ask_each(server, clips, ["one"])
    ask_each(server, clips, ["one"], "--seed", "2")
    ask_each(server, clips, ["one"], "--max-tokens", "9")
    ask_each(server, clips, ["one"], "--most-side", "64")
    assert server.asked["one"] == 4
    (clips / "A" / "img_0011.png").write_bytes((clips / "B" / "img_0001.png").read_bytes())
    ask_each(server, clips, ["one"])
    assert server.asked["one"] == 5
    assert [request["seed"] for request in server.requests] == [1, 2, 1, 1, 1]
    assert {request["temperature"] for request in server.requests} == {0}


def labels_of(folder: Path, rows: str) -> Path:
    path = folder / "labels.csv"
    path.write_text("dataset,subject,video,onset,apex,offset,emotion,type\n" + rows, encoding="utf-8")
    return path


def blues(server: ScriptedServer, request: int = -1) -> list[int]:
    return [int(picture[0, 0, 0]) for picture in pictures_of(server.requests[request])]


def test_pictures_are_sent_in_the_order_of_time(server, clips):
    ask_each(server, clips, ["one"], "--frames", "4")
    assert blues(server) == [0, 60, 140, 200]
    labels = labels_of(clips.parent, "own,,A,3,5,9,negative,micro\n")
    done, _ = ask_each(server, clips, ["one"], "--input", "oao", "--labels", str(labels), "--pictures", "jpeg")
    assert done.returncode == 0, done.stderr
    assert [round(value / 20) for value in blues(server)] == [2, 4, 8]


def test_parts_of_longer_videos_are_clips(server, clips):
    parts = clips.parent / "clips.csv"
    parts.write_text("clip,dataset,subject,video,onset,apex,offset\nSAMM-1,,,A,2,,8\n", encoding="utf-8")
    file = write_rows(clips.parent / "p.jsonl", [row("x", "SAMM-1", "one")])
    common = (file, clips, clips.parent / "out", server.url, "--clips", parts)
    assert ask(*common).returncode == 0
    assert blues(server) == [20, 80, 140]
    done = ask(*common, "--input", "oao")
    assert done.returncode == 3 and "frames 2 to 8: the apex is not known" in done.stderr


def test_questions_are_put_in_the_words_of_the_prompts(server, clips):
    done, _ = ask_each(server, clips, ["What is the coarse expression class?"], "--prompts", "choices")
    assert done.returncode == 0, done.stderr
    system, user = server.requests[-1]["messages"]
    assert system["role"] == "system" and "micro-expressions" in system["content"]
    text = user["content"][-1]["text"]
    assert text.startswith("The pictures are frames") and text.endswith("words: positive, negative, surprise.")


def test_clips_that_are_not_there_are_named_before_anything_is_asked(server, clips):
    file = write_rows(clips.parent / "q.jsonl", [row("a", "A", "one"), row("b", "X", "two"), row("c", "X", "three")])
    done = ask(file, clips, clips.parent / "out", server.url)
    assert done.returncode == 3 and "does not have 1 clip of the questions: X" in done.stderr
    assert not server.requests


def test_a_damaged_clip_is_the_failure_of_its_questions(server, clips):
    (clips / "B" / "img_0003.png").write_bytes(b"no picture")
    file = write_rows(clips.parent / "q.jsonl", [row("a", "A", "one"), row("b", "B", "two")])
    done = ask(file, clips, clips.parent / "out", server.url, "--frames", "4")
    assert done.returncode == 5 and "img_0003.png" in done.stderr
    assert [one["answer"] for one in read_rows(clips.parent / "out" / "q_pred.jsonl")] == ["yes", ""]


@pytest.mark.parametrize("flags, why", [
    (("--server", "ftp://x"), "must be a URL such as"),
    (("--server", "http://me:word@host"), "without user, password"),
    (("--input", "of"), "--input of needs onset, apex and offset"),
    (("--frames", "0"), "--frames is 0; it must be in [1, 1000]"),
    (("--retries", "-1"), "--retries is -1"),
    (("--prompts", "none"), "no prompts 'none'"),
    (("--timeout", "0.5"), "--timeout is 0.5"),
])
def test_wrong_flags_are_one_line(flags, why, server, clips):
    file = write_rows(clips.parent / "q.jsonl", [row("a", "A", "one")])
    done = ask(file, clips, clips.parent / "out", server.url, *flags)
    assert done.returncode == 2, done.stderr
    assert why in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert "word@" not in done.stderr
