"""Commands that compute nothing do not load what computes."""

import os
import subprocess
from pathlib import Path

MESTR = os.environ["MESTR"]
HEAVY = ("torch", "dlib", "opencv", "avcodec", "gdal")


def loaded_libraries(*arguments: str) -> str:
    """What the dynamic linker says it loads, with the program's own output."""
    environment = os.environ | {"LD_DEBUG": "files"}
    done = subprocess.run([MESTR, *arguments], env=environment, capture_output=True, text=True, check=False)
    return "\n".join(line for line in done.stderr.splitlines() if "calling init:" in line)


def test_light_commands_load_no_heavy_library():
    for arguments in (["--version"], ["--help"], ["run", "--help"], ["features", "--help"], ["evaluate", "--help"],
                      ["validate", "--help"], ["bench", "--help"], ["synth", "--help"], ["doctor", "--help"]):
        loaded = loaded_libraries(*arguments)
        assert "libstdc++" in loaded, arguments  # the linker did tell
        assert not [name for name in HEAVY if name in loaded], arguments


def test_a_wrong_flag_is_told_before_anything_is_loaded():
    wrong = ("run", "clip.mp4", "-o", "out", "--set", "spot.p=7")
    done = subprocess.run([MESTR, *wrong], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "spot.p is 7" in done.stderr
    loaded = loaded_libraries(*wrong)
    assert "libstdc++" in loaded
    assert not [name for name in HEAVY if name in loaded]


def test_commands_that_compute_load_the_module():
    assert "mestr_compute.so" in loaded_libraries("doctor")


def test_a_missing_module_is_named_in_one_line(tmp_path):
    alone = tmp_path / "mestr"
    alone.write_bytes(Path(MESTR).read_bytes())
    alone.chmod(0o755)
    done = subprocess.run([alone, "doctor"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "mestr_compute.so" in done.stderr and "build mestr again" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
