"""Other torches in the process, Ctrl-C, and the end of the network's process."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import FPS

ANALYSIS = """
import json, mestr
analysis = mestr.analyze({clip!r}, {fps})
print(json.dumps([analysis.scores.tolist(), [found.onset for found in analysis.intervals]]))
"""
TORCH = "import torch\nassert torch.ones(3).sum() == 3 and torch.nn.Linear(2, 1)(torch.ones(1, 2)).shape == (1, 1)\n"


def output_of(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def script(clip: Path) -> str:
    return ANALYSIS.format(clip=str(clip), fps=FPS)


@pytest.mark.parametrize("order", ["before", "after", "both"])
def test_results_are_the_same_with_torch_in_the_process(script, order):
    pytest.importorskip("torch")
    alone = output_of(script)
    texts = {"before": TORCH + script, "after": script + TORCH, "both": TORCH + script + TORCH}
    assert output_of(texts[order]) == alone
    assert json.loads(alone)[1]


class Child:
    """A Python process that analyses frames without end."""

    def __init__(self, clip: Path) -> None:
        script = (
            "import itertools, time, cv2, mestr\n"
            f"pictures = [cv2.imread(f'{clip}/{{i}}.png') for i in range(60)]\n"
            "def tell(done, expected):\n    print(done, flush=True)\n"
            "try:\n"
            f"    mestr.analyze(itertools.cycle(pictures + pictures[::-1]), {FPS}, config='mean_cas', progress=tell)\n"
            "except KeyboardInterrupt:\n    print('interrupted', flush=True)\n"
            "except mestr.MestrError as error:\n    print(type(error).__name__, error, flush=True)\n"
        )
        self.process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.lines = self.process.stdout
        while int(self.lines.readline()) < 5:
            pass

    def network(self) -> int:
        """The process of its network."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        children = [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]
        assert len(children) == 1
        return children[0]

    def last_line(self) -> str:
        try:
            return self.process.communicate(timeout=20)[0].splitlines()[-1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def ends_within(process: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not is_there(process):
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("network_hangs", [False, True])
def test_ctrl_c_ends_an_analysis_within_a_second(clip, network_hangs):
    child = Child(clip)
    network = child.network()
    if network_hangs:
        os.kill(network, signal.SIGSTOP)
        time.sleep(0.5)
    begin = time.monotonic()
    child.process.send_signal(signal.SIGINT)
    assert child.last_line() == "interrupted"
    assert time.monotonic() - begin < 2  # one second, and the end of Python
    assert not is_there(network)


def test_the_network_s_process_ends_with_the_python_process(clip):
    child = Child(clip)
    network = child.network()
    child.process.kill()
    assert ends_within(network, 2)
    child.process.wait()


def test_a_network_that_is_killed_is_one_line(clip):
    child = Child(clip)
    os.kill(child.network(), signal.SIGKILL)
    assert child.last_line().startswith("DeviceError the process of the network")


def test_the_network_s_program_says_whose_it_is():
    import pty

    import mestr

    _, terminal = pty.openpty()
    program = Path(mestr.__file__).with_name("mestr-network")
    done = subprocess.run([program], stdin=terminal, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "Python package" in done.stderr
