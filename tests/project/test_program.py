"""How the program starts and ends: what compute nothing loads nothing heavy, and results that do not arrive are no
success."""

import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

MESTR = str(Path(os.environ["MESTR"]).resolve())
HEAVY = ("torch", "dlib", "opencv", "avcodec", "gdal", "curl")


def loaded_libraries(*arguments: str) -> str:
    """What the dynamic linker says it loads, with the program's own output."""
    environment = os.environ | {"LD_DEBUG": "files"}
    done = subprocess.run([MESTR, *arguments], env=environment, capture_output=True, text=True, check=False)
    return "\n".join(line for line in done.stderr.splitlines() if "calling init:" in line)


def test_light_commands_load_no_heavy_library():
    for arguments in (["--version"], ["--help"], ["run", "--help"], ["features", "--help"], ["evaluate", "--help"],
                      ["validate", "--help"], ["bench", "--help"], ["synth", "--help"], ["doctor", "--help"],
                      ["completion", "bash"], ["completion", "zsh"], ["man"], ["man", "run"], ["rnu"],
                      ["vqa"], ["vqa", "make", "--help"], ["vqa", "ask", "--help"]):
        loaded = loaded_libraries(*arguments)
        assert "libstdc++" in loaded, arguments  # the linker did tell
        assert not [name for name in HEAVY if name in loaded], arguments


def test_scores_and_checks_of_answers_load_no_heavy_library(tmp_path):
    answers = tmp_path / "x_pred.jsonl"
    answers.write_text('{"video_id": "x_test_a_1", "video": "a", "question": "What is the coarse expression class?", '
                       '"answer": "negative"}\n')
    labels = tmp_path / "labels.csv"
    labels.write_text("dataset,subject,video,onset,apex,offset,emotion,type\ncas,1,a,13,,22,negative,micro\n")
    for arguments in (["evaluate", "--pred", answers, "--truth", answers], ["validate", answers],
                      ["vqa", "make", labels, "-o", tmp_path / "out"]):
        loaded = loaded_libraries(*map(str, arguments))
        assert "libstdc++" in loaded, arguments
        assert not [name for name in (*HEAVY, "libcurl") if name in loaded], arguments
    assert (tmp_path / "out").is_dir()


def test_a_wrong_flag_is_told_before_anything_is_loaded():
    wrong = ("run", "clip.mp4", "-o", "out", "--set", "spot.p=7")
    done = subprocess.run([MESTR, *wrong], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "spot.p is 7" in done.stderr
    loaded = loaded_libraries(*wrong)
    assert "libstdc++" in loaded
    assert not [name for name in HEAVY if name in loaded]


def test_commands_that_compute_load_the_module():
    loaded = loaded_libraries("doctor")
    assert all(library in loaded for library in ("mestr_compute.so", "mestr_network.so", "torch"))


def test_what_needs_no_network_loads_no_libtorch(tmp_path):
    loaded = loaded_libraries("synth", "-o", str(tmp_path / "clips"), "--clips", "1", "--seconds", "0.1")
    assert "mestr_compute.so" in loaded
    assert "torch" not in loaded and "mestr_network.so" not in loaded


def test_a_missing_module_of_the_network_is_named(tmp_path):
    alone = program_in(tmp_path)
    compute = Path(MESTR).resolve().parent / "mestr_compute.so"
    (tmp_path / "mestr_compute.so").symlink_to(compute)
    done = subprocess.run([alone, "doctor"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    problem = next(line for line in done.stdout.splitlines() if line.startswith("PROBLEM  LibTorch: "))
    assert f"cannot load {tmp_path}/mestr_network.so" in problem and "build mestr again" in problem


def program_in(folder: Path) -> Path:
    """A copy of the program alone."""
    alone = folder / "mestr"
    alone.write_bytes(Path(MESTR).read_bytes())
    alone.chmod(0o755)
    return alone


def test_a_missing_module_is_named_in_one_line(tmp_path):
    alone = program_in(tmp_path)
    done = subprocess.run([alone, "doctor"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "mestr_compute.so" in done.stderr and "build mestr again" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.fixture(name="scored")
def scored_fixture(tmp_path):
    """The flags of mestr evaluate for a prediction and its label."""
    pred = tmp_path / "cas_pred.csv"
    pred.write_text("subject,video,onset,offset,emotion\n1,a,10,22,negative\n")
    truth = tmp_path / "labels.csv"
    truth.write_text("dataset,subject,video,onset,apex,offset,emotion,type\ncas,1,a,13,,22,negative,micro\n")
    return ["evaluate", "--pred", str(pred), "--truth", str(truth)]


def to_device(device: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    with open(device, "w", encoding="utf-8") as out:
        return subprocess.run([MESTR, *arguments], stdout=out, stderr=subprocess.PIPE, text=True, check=False)


def test_standard_output_that_is_full_is_an_error(scored):
    full = "mestr: cannot write standard output: No space left on device"
    for arguments in (["--help"], ["--version"], ["run", "--help"], scored, [*scored, "--json", "-"], ["doctor"]):
        done = to_device("/dev/full", arguments)
        assert done.returncode == 2, arguments
        assert done.stderr.splitlines()[-1] == full, arguments
        assert to_device("/dev/null", arguments).returncode == 0, arguments


def test_a_reader_that_goes_away_is_no_message(scored):
    read, write = os.pipe()
    os.close(read)
    for preexec in (None, lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN)):
        done = subprocess.run([MESTR, *scored], stdout=write, stderr=subprocess.PIPE, preexec_fn=preexec, check=False)
        assert done.returncode != 0
        assert done.stderr == b""
    os.close(write)


def test_reports_go_into_devices_and_through_links(scored, tmp_path):
    out = tmp_path / "out.txt"
    with out.open("w", encoding="utf-8") as stdout:
        subprocess.run([MESTR, *scored, "--json", "/dev/stdout"], stdout=stdout, check=True)
    text = out.read_text(encoding="utf-8")
    assert text.index("Spotting") < text.index('"truth"')  # the table, then the report
    link = tmp_path / "link.json"
    link.symlink_to("secret.json")
    secret = tmp_path / "secret.json"
    secret.touch(mode=0o600)
    subprocess.run([MESTR, *scored, "--json", link], stdout=subprocess.DEVNULL, check=True)
    assert link.is_symlink() and '"truth"' in secret.read_text(encoding="utf-8")
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_nothing_leaves_an_internal_error_where_the_machine_is_odd(scored, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'cd {gone} && rmdir {gone} && exec "$@"'
    done = subprocess.run(["bash", "-c", script, "mestr", MESTR, *scored, "--config", "demo"], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
