"""Manual pages that roff reads without a warning, and completion that bash and zsh take."""

import os
import subprocess
from pathlib import Path

import pytest

MESTR = str(Path(os.environ["MESTR"]).resolve())
COMMANDS = tuple("run merge report render evaluate validate features synth vqa-make vqa-ask bench doctor completion "
                 "man".split())


def said(*command: str, text: str | None = None) -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), command
    return done.stdout


def test_every_command_has_a_page(tmp_path):
    said(MESTR, "man", "-o", str(tmp_path))
    written = {page.name.removesuffix(".1") for page in tmp_path.iterdir()}
    assert written == {"mestr", *(f"mestr-{name}" for name in COMMANDS)}


def test_manual_pages_have_no_warning():
    for command in ((), *((name,) for name in COMMANDS)):
        page = said("groff", "-man", "-ww", "-Tutf8", "-P-cbou", text=said(MESTR, "man", *command))
        assert "NAME" in page and "EXAMPLES" in page, command
        assert all(len(line) <= 100 for line in page.splitlines()), command


@pytest.fixture(name="bash", scope="module")
def bash_fixture(tmp_path_factory):
    script = tmp_path_factory.mktemp("bash") / "mestr"
    script.write_text(said(MESTR, "completion", "bash"), encoding="utf-8")
    said("bash", "-n", str(script))
    return script


def completed(bash: Path, folder: Path, *words: str) -> list[str]:
    """What bash offers for the last of the words."""
    ask = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mestr; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", ask, "bash", bash, "mestr", *words], cwd=folder, capture_output=True,
                          text=True, check=True)
    assert done.stderr == ""
    return sorted(line for line in done.stdout.splitlines() if line)


def test_bash_completes_commands_flags_words_and_files(bash, tmp_path):
    (tmp_path / "my clip.mp4").touch()
    (tmp_path / "my videos").mkdir()
    assert completed(bash, tmp_path, "ru") == ["run"]
    assert completed(bash, tmp_path, "run", "--o") == ["--output", "--overwrite"]
    assert completed(bash, tmp_path, "run", "--device", "c") == ["cpu", "cuda"]
    assert completed(bash, tmp_path, "run", "--device", "=", "c") == ["cpu", "cuda"]
    assert completed(bash, tmp_path, "run", "--device", "=") == ["auto", "cpu", "cuda"]
    assert completed(bash, tmp_path, "run", "--fps", "") == []
    assert completed(bash, tmp_path, "run", "my") == ["my clip.mp4", "my videos"]
    assert completed(bash, tmp_path, "run", "-o", "my") == ["my videos"]
    assert "demo" in completed(bash, tmp_path, "run", "--config", "")
    assert "my clip.mp4" in completed(bash, tmp_path, "run", "--config", "")
    assert completed(bash, tmp_path, "synth", "--preset", "d") == ["demo"]
    assert completed(bash, tmp_path, "man", "va") == ["validate"]
    assert completed(bash, tmp_path, "vq") == ["vqa"]
    assert completed(bash, tmp_path, "vqa", "m") == ["make"]
    assert completed(bash, tmp_path, "vqa", "make", "--task", "l") == ["lvqa"]
    assert completed(bash, tmp_path, "vqa", "make", "--ov") == ["--overwrite"]
    assert completed(bash, tmp_path, "vqa", "ask", "--run", "my") == ["my videos"]


def test_zsh_takes_its_completion(tmp_path):
    script = tmp_path / "_mestr"
    script.write_text(said(MESTR, "completion", "zsh"), encoding="utf-8")
    said("zsh", "-n", str(script))
    # In a terminal of its own: what a person sees who presses the tabulator.
    look = ("zmodload zsh/zpty; zpty z zsh -f -i; "
            f"zpty -w z $'PS1=; fpath=({tmp_path} $fpath); autoload -U compinit; compinit -u -D'; "
            "zpty -w -n z $'mestr run --devi\\t\\t'; "
            "repeat 200; do zpty -r -t z more && out+=$more || sleep 0.1; [[ $out == *cuda* ]] && break; done; "
            "print -r -- $out")
    shown = subprocess.run(["zsh", "-f", "-c", look], capture_output=True, text=True, check=True, timeout=60).stdout
    assert "--device=" in shown
    assert "cpu" in shown and "cuda" in shown
