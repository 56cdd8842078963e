"""scripts/startup_cost.py: what it measures is there, and in an order that must be."""

import os
import re
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "startup_cost.py"


def test_a_start_is_a_part_of_the_whole_call():
    command = [SCRIPT, os.environ["MESTR"], "--rounds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = dict(re.findall(r"^\| ([a-z ]+) \| (\d+) \(", done.stdout, re.MULTILINE))
    assert set(rows) == {"first frame", "its thread", "whole run", "doctor"}
    assert 0 < int(rows["its thread"]) <= int(rows["first frame"]) < int(rows["whole run"])
