"""scripts/startup_cost.py: what it measures is there, and in an order that must be."""

import os
import re
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "startup_cost.py"


def test_a_start_is_a_part_of_the_whole_call_and_takes_its_place_on_a_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- begin: startup -->\nold\n<!-- end: startup -->\nafter\n")
    command = [SCRIPT, os.environ["MESTR"], "--rounds", "1", "--update", page]
    subprocess.run(command, capture_output=True, text=True, check=True)
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    assert "; medians of 1, with" in text and "| processor time, ms | now |" in text
    rows = [(name, int(ms)) for name, ms in re.findall(r"^\| (.+) \| (\d+) \(", text, re.MULTILINE)]
    assert [name for name, _ in rows] == [
        "until the first frame is read",
        "of that, the thread that reads it",
        "the whole run, with LibTorch and the flow",
        "`mestr doctor`",
    ]
    first_frame, its_thread, whole_run, _ = (ms for _, ms in rows)
    assert 0 < its_thread <= first_frame < whole_run


def test_a_page_has_room_for_one_program(tmp_path):
    command = [SCRIPT, "a", "b", "--update", tmp_path / "page.md"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "--update takes the table of one program" in done.stderr
