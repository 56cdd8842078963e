"""What the program tells meanwhile: a line on a terminal that tears no other, and JSON as docs/progress.md has it."""

import fcntl
import itertools
import json
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest

MESTR = str(Path(os.environ["MESTR"]).resolve())
ROOT = Path(__file__).resolve().parents[2]
TYPES = {"text": str, "integer": int, "number": (int, float), "object": dict, "list": list, "null": type(None)}


def documented() -> dict[str, dict[str, tuple]]:
    """Event -> field -> types, of the tables of docs/progress.md; "" are the fields of every event."""
    page = (ROOT / "docs" / "progress.md").read_text(encoding="utf-8")
    events: dict[str, dict[str, tuple]] = {}
    for event, field, kinds in re.findall(r"^\| `?([\w ]+)`? \| `(\w+)` \| ([\w ]+) \|", page, re.MULTILINE):
        allowed = tuple(TYPES[kind] for kind in kinds.split(" or "))
        events.setdefault(event, {})[field] = allowed
    return events


def check(place: str, value: dict, fields: dict[str, tuple]) -> None:
    assert list(value) == list(fields), place
    for name, allowed in fields.items():
        flat = tuple(kind for one in allowed for kind in (one if isinstance(one, tuple) else (one,)))
        assert isinstance(value[name], flat) and not isinstance(value[name], bool), f"{place}: {name}"


def events_of(text: str) -> list[dict]:
    """The lines, each as the docs have it."""
    known = documented()
    events = [json.loads(line) for line in text.splitlines()]
    for event in events:
        check(event["event"], event, known["every event"] | known[event["event"]])
        if event["event"] == "video_finished" and event["result"] is not None:
            check("result", event["result"], known["result"])
            for interval in event["result"]["intervals"]:
                check("interval", interval, known["interval"])
    return events


def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([MESTR, *map(str, arguments)], capture_output=True, text=True, check=False, **options)


@pytest.fixture(name="clips", scope="module")
def clips_fixture(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips") / "set"
    done = run("synth", "-o", folder, "--format", "avi", "--clips", 2, "--seconds", 3, "--count", 1, "--contexts",
               "frozen", "--intensity", "4,4", "--size", "320x240", "--json-progress")
    events = events_of(done.stderr)
    assert events[-1]["event"] == "end" and events[-1]["exit_code"] == 0
    assert [(event["done"], event["expected"]) for event in events if event["event"] == "count"][-1] == (2, 2)
    (folder / "broken.avi").write_text("no video")
    return sorted(folder.glob("*.avi"))


def test_a_program_is_told_what_happens(clips, tmp_path):
    out = tmp_path / "out"
    done = run("run", *clips, "-o", out, "--json-progress")
    assert done.returncode == 5
    events = events_of(done.stderr)
    kinds = [event["event"] for event in events]
    assert kinds[-1] == "end" and kinds.count("start") == 1
    assert kinds.index("start") < kinds.index("video_started")
    assert kinds.count("video_started") == 3 and kinds.count("frames") >= 2
    (failed,) = (event for event in events if event["event"] == "video_failed")
    assert failed["path"].endswith("broken.avi")
    end = events[-1]
    assert (end["exit_code"], end["videos"], end["failed"], end["error"]) == (5, 3, 1, None)
    assert end["output"] == str(out)
    finished = [event for event in events if event["event"] == "video_finished"]
    for event in finished:
        written = json.loads((out / event["result"]["file"]).read_text(encoding="utf-8"))
        assert event["result"]["frames"] == written["frames"]
        assert [(found["onset"], found["apex"], found["offset"]) for found in event["result"]["intervals"]] == \
            [(found["onset"], found["peak"], found["offset"]) for found in written["intervals"]]
    assert "results: " in done.stdout


def test_frames_are_told_at_most_twice_a_second(clips, tmp_path):
    events = events_of(run("run", clips[-1], "-o", tmp_path / "out", "--json-progress").stderr)
    times = [event["seconds"] for event in events if event["event"] == "frames"]
    assert all(later - earlier > 0.45 for earlier, later in itertools.pairwise(times))


def test_a_program_is_told_why_nothing_was_done(clips, tmp_path):
    done = run("run", clips[-1], "-o", tmp_path / "out", "--json-progress", "--model", tmp_path / "none.pt")
    (end,) = (event for event in events_of(done.stderr) if event["event"] == "end")
    assert done.returncode == end["exit_code"] == 4
    assert "none.pt" in end["error"]


def test_features_tell_the_same(clips, tmp_path):
    events = events_of(run("features", clips[-1], "-o", tmp_path / "out", "--json-progress", "-q").stderr)
    assert [event["event"] for event in events if event["event"] not in ("frames", "message")] == \
        ["start", "video_started", "video_finished", "end"]
    assert events[0]["command"] == "features"


def seen_on_a_terminal(arguments: list[object], columns: int, **more: str) -> str:
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = os.environ | {"TERM": "xterm"} | more
    with subprocess.Popen([MESTR, *map(str, arguments)], stdout=follower, stderr=follower, env=environment) as process:
        os.close(follower)
        seen = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # nobody holds the other end
                break
            if not part:
                break
            seen += part
    os.close(leader)
    assert process.returncode == 0, seen
    return seen.decode()


def test_a_terminal_shows_one_line_that_tears_no_other(clips, tmp_path):
    seen = seen_on_a_terminal(["run", *clips[1:], "-o", tmp_path / "out"], 60)
    drawn = re.findall(r"\r\x1b\[K([^\r\n]*)", seen)
    progress = [line for line in drawn if " a second" in line]
    assert progress and all(len(line) < 60 for line in progress)
    assert progress[0].startswith("[1/2] ")
    # Without what was cleared again, all lines are whole.
    left = re.sub(r"\r\x1b\[K[^\r\n]*(?=\r\x1b\[K)", "", seen).replace("\r\x1b[K", "")
    assert " a second" not in left
    assert re.fullmatch(r"(.*\r\n)*", left)
    assert all(re.match(r"\[\d\d:\d\d:\d\d\] (info|warning): |\S.*: |  +\S|wrote ", line)
               for line in left.splitlines()), left


def test_a_terminal_that_cannot_move_its_cursor_gets_no_line(clips, tmp_path):
    seen = seen_on_a_terminal(["run", clips[-1], "-o", tmp_path / "out"], 80, TERM="dumb")
    assert "\x1b" not in seen and "a second" not in seen


def test_what_is_no_terminal_gets_no_line(clips, tmp_path):
    done = run("run", clips[-1], "-o", tmp_path / "out")
    assert "\r" not in done.stderr and "a second" not in done.stderr
