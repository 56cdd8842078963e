"""What `mestr vqa ask` does with servers that fail, refuse, lie or go away, and what it sends."""

import json
import signal
import socket
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

KEY = 'sk-ve/ry\\se"cret'  # JSON escapes three of its characters


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
        "zipped": (status(200, completion("yes"), Content_Encoding="gzip"), "the reply can't be read"),
        "unknown": (status(200, completion("yes"), Content_Encoding="mine"), "the reply can't be read"),
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
    told = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})
    server.script("two", status(401, told.encode()))
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


def written_by(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (folder / "out").rglob("*") if path.is_file()]


def as_json_may_write(text: str) -> list[str]:
    usual = json.dumps(text)[1:-1]
    return [text, usual, usual.replace("/", "\\/"), "".join(f"\\u{ord(one):04X}" for one in text)]


def test_the_key_goes_to_the_server_and_nowhere_else(server, clips):
    for number, form in enumerate(as_json_may_write(KEY)):
        told = b"you sent " + form.encode()
        server.script(f"echo {number}", status(500, told), status(400, told))
        if number > 0:
            server.script(f"json {number}", status(400, b'{"error": {"message": "' + told + b'"}}'),
                          status(200, b'{"choices": [{"message": {"refusal": "' + told + b'"}}]}'))
    done, answers = ask_each(server, clips, [*server.scripts, "good"], MESTR_API_KEY=KEY)
    assert {one["Authorization"] for one in server.headers} == {f"Bearer {KEY}"}
    assert done.returncode == 5 and done.stderr.count("you sent ***") == 7 and answers[-1] == "yes"
    again, _ = ask_each(server, clips, [*server.scripts, "good"], MESTR_API_KEY=KEY)
    written = written_by(clips.parent)
    assert len(written) == 7 and "the model refused: you sent ***" in again.stderr
    for text in (*written, done.stderr, again.stderr, done.stdout):
        assert not [form for form in as_json_may_write(KEY) if form in text]
    ask_each(server, clips, ["other"], "--overwrite")
    assert "Authorization" not in server.headers[-1]


@pytest.mark.parametrize("told", as_json_may_write(KEY)[1:])
def test_a_refused_key_is_not_shown(told, server, clips):
    server.usual = status(401, b'{"error": {"message": "not ' + told.encode() + b'"}}')
    done, answers = ask_each(server, clips, ["one"], MESTR_API_KEY=KEY)
    assert (done.returncode, answers) == (2, None)
    assert "refuses the key in MESTR_API_KEY (not ***)" in done.stderr


def test_the_name_of_another_model_does_not_show_the_key(server, clips):
    server.script("one", answer("yes", model=f"m-{KEY}"))
    done, _ = ask_each(server, clips, ["one"], MESTR_API_KEY=KEY)
    assert done.returncode == 4 and "answers with the model m-***, not with 'tiny'" in done.stderr


def test_answers_keep_their_words_whatever_the_key(server, clips):
    server.script("known", answer("no, none of them is known"))
    done, answers = ask_each(server, clips, ["known"], MESTR_API_KEY="no")
    assert (done.returncode, answers) == (0, ["no, none of them is known"]), done.stderr


def test_an_answer_that_holds_a_true_key_is_written_without_it(server, clips):
    key = "sk-0123456789/abc"
    server.script("one", answer(f"it is {key}", model=f"tiny@{key}"))
    done, answers = ask_each(server, clips, ["one"], MESTR_API_KEY=key)
    assert (done.returncode, answers) == (0, ["it is ***"]), done.stderr
    assert not [text for text in written_by(clips.parent) if key in text]


def test_a_proxy_does_not_stand_between_this_machine_and_itself(server, clips):
    with ScriptedServer() as proxy:
        done, answers = ask_each(server, clips, ["one"], MESTR_API_KEY=KEY, http_proxy=proxy.url)
    assert (done.returncode, answers) == (0, ["yes"]), done.stderr
    assert "unencrypted" not in done.stderr


def test_a_host_that_only_begins_like_this_machine_is_another_one(server, clips):
    done, _ = ask_each(server, clips, ["one"], "--server", "http://127.evil.invalid", "--retries", "0",
                       MESTR_API_KEY=KEY)
    assert done.returncode == 2 and "the key goes to http://127.evil.invalid unencrypted" in done.stderr


def test_a_handshake_that_is_cut_is_tried_again(server, clips):
    taken = []

    def cut(listening: socket.socket) -> None:
        while True:
            connection, _ = listening.accept()
            taken.append(connection.recv(100))
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=cut, args=(listening,), daemon=True).start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        done, _ = ask_each(server, clips, ["one"], "--server", url, "--retries", "2")
    assert done.returncode == 2 and "cannot be reached" in done.stderr
    assert len(taken) == 3


def test_a_server_that_lists_no_model_does_not_tell(server, clips):
    server.models = status(200, b'{"object": "list", "data": []}')
    done, answers = ask_each(server, clips, ["one"])
    assert (done.returncode, answers) == (0, ["yes"]), done.stderr
    assert "does not tell which models it has" in done.stderr


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
    for setting in (("--seed", "2"), ("--max-tokens", "9"), ("--most-side", "64")):
        assert ask_each(server, clips, ["one"], *setting, "--overwrite")[0].returncode == 0
    assert server.asked["one"] == 4
    (clips / "A" / "img_0011.png").write_bytes((clips / "B" / "img_0001.png").read_bytes())
    ask_each(server, clips, ["one"], "--overwrite")
    assert server.asked["one"] == 5
    assert [request["seed"] for request in server.requests] == [1, 2, 1, 1, 1]
    assert {request["temperature"] for request in server.requests} == {0}


@pytest.mark.parametrize("setting, difference", [
    (("--seed", "2"), "another seed, 1, and not 2"),
    (("--model", "small"), "another model, tiny, and not small"),
    (("--prompts", "choices"), "another prompts, plain, and not choices"),
    (("--frames", "2"), "another frames, 3, and not 2"),
])
def test_answers_of_other_settings_are_not_replaced_unless_told(setting, difference, server, clips):
    server.models = status(404, b"no")
    server.usual = answer("yes", model=None)
    ask_each(server, clips, ["one"])
    earlier = written_by(clips.parent)
    done, answers = ask_each(server, clips, ["one"], *setting)
    assert (done.returncode, answers) == (2, ["yes"]), done.stderr
    assert difference in done.stderr and "--overwrite to begin anew" in done.stderr
    assert len(server.requests) == 1 and written_by(clips.parent) == earlier
    server.usual = answer("no", model=None)
    done, answers = ask_each(server, clips, ["one"], *setting, "--overwrite")
    assert (done.returncode, answers) == (0, ["no"]), done.stderr
    done, answers = ask_each(server, clips, ["one"], "--overwrite")  # kept
    assert (done.returncode, answers, len(server.requests)) == (0, ["yes"], 2), done.stderr


def test_another_file_of_questions_does_not_replace_answers(server, clips):
    ask_each(server, clips, ["one"])
    done, answers = ask_each(server, clips, ["one", "two"])
    assert done.returncode == 2 and "another questions_sha256" in done.stderr
    assert answers == ["yes"]


@pytest.mark.parametrize("name, content", [("q_pred.json", b'{"mine": 1}'), ("q_pred.jsonl", b"mine"),
                                           ("q_pred.jsonl", None)])
def test_what_others_wrote_stays(name, content, server, clips):
    mine = clips.parent / "out" / name
    mine.parent.mkdir()
    if content is None:
        mine.mkdir()
    else:
        mine.write_bytes(content)
    for more in ((), ("--overwrite",)):
        file = write_rows(clips.parent / "q_to_answer.jsonl", [row("a", "A", "one")])
        done = ask(file, clips, mine.parent, server.url, *more)
        assert done.returncode == 2 and name in done.stderr and not server.requests
    assert mine.is_dir() if content is None else mine.read_bytes() == content
    assert [path.name for path in mine.parent.iterdir()] == [name]


def test_a_record_that_cannot_be_written_costs_no_earlier_answers(server, clips):
    server.script("one", answer("first"), answer("second"))
    ask_each(server, clips, ["one"])
    record = clips.parent / "out" / "q_pred.json"

    def block(handler: object) -> None:
        record.unlink()
        record.mkdir()
        (record / "x").write_bytes(b"")
        answer("second")(handler)  # type: ignore[arg-type]
    server.script("one", block)
    done, answers = ask_each(server, clips, ["one"], "--seed", "2", "--overwrite")
    assert done.returncode == 2 and "q_pred.json" in done.stderr
    assert answers == ["first"]


def test_rows_with_the_same_words_and_pictures_are_asked_once(server, clips):
    server.usual = slow(0.5, answer("yes"))
    rows = [row(f"a_{number}", "A", "one") for number in range(4)]
    file = write_rows(clips.parent / "same.jsonl", rows)
    done = ask(file, clips, clips.parent / "out", server.url, "--parallel", "4")
    assert done.returncode == 0, done.stderr
    assert [one["answer"] for one in read_rows(clips.parent / "out" / "same_pred.jsonl")] == ["yes"] * 4
    assert server.asked["one"] == 1


def test_the_first_signal_ends_after_the_questions_in_flight(server, clips):
    held = threading.Event()
    server.script("q2", lambda handler: (held.wait(60), answer("yes")(handler)))
    questions = [f"q{number}" for number in range(12)]
    file = write_rows(clips.parent / "q_to_answer.jsonl",
                      [row(f"a_{number}", "A", question) for number, question in enumerate(questions)])
    out = clips.parent / "out"
    command = ask_command(file, clips, out, server.url, "--parallel", "1")
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        while "q2" not in server.asked and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert "told to stop" in process.stderr.readline()
        held.set()
        said = process.stderr.read()
        assert process.wait() == 130
    assert "9 questions of 12 not asked; the same command goes on there" in said
    assert [one["answer"] for one in read_rows(out / "q_pred.jsonl")] == ["yes"] * 3 + [""] * 9
    assert not (out / ".mestr-lock").exists()
    done, answers = ask_each(server, clips, questions)
    assert (done.returncode, answers) == (0, ["yes"] * 12) and "3 of them there already" in done.stdout


def test_a_signal_ends_the_wait_for_a_retry(server, clips):
    server.usual = status(429, b"busy", Retry_After="500")
    file = write_rows(clips.parent / "q_to_answer.jsonl", [row("a", "A", "one")])
    command = ask_command(file, clips, clips.parent / "out", server.url)
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL) as process:
        while "one" not in server.asked and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 130


def test_the_second_signal_ends_at_once(server, clips):
    held = threading.Event()
    server.script("one", lambda _: held.wait(100))
    file = write_rows(clips.parent / "q_to_answer.jsonl", [row("a", "A", "one")])
    command = ask_command(file, clips, clips.parent / "out", server.url)
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        while "one" not in server.asked and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert "told to stop" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert "the same command goes on" in process.stderr.read()
    held.set()
    assert not (clips.parent / "out" / ".mestr-lock").exists()


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
    done, _ = ask_each(server, clips, ["one"], "--overwrite", "--input", "oao", "--labels", str(labels), "--pictures",
                       "jpeg")
    assert done.returncode == 0, done.stderr
    assert [round(value / 20) for value in blues(server)] == [2, 4, 8]


def test_parts_of_longer_videos_are_clips(server, clips):
    parts = clips.parent / "clips.csv"
    parts.write_text("clip,dataset,subject,video,onset,apex,offset\nSAMM-1,,,A,2,,8\n", encoding="utf-8")
    file = write_rows(clips.parent / "p.jsonl", [row("x", "SAMM-1", "one")])
    common = (file, clips, clips.parent / "out", server.url, "--clips", parts)
    assert ask(*common).returncode == 0
    assert blues(server) == [20, 80, 140]
    done = ask(*common, "--overwrite", "--input", "oao")
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
