"""scripts/cluster: shards on a real Slurm and with Snakemake have the bytes of one run, whatever was lost meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from one_node import OneNode, one_node, wait_until, why_not

pytestmark = pytest.mark.skipif(bool(os.environ["MESTR_SANITIZE"]), reason="the engines are tested without sanitizers")

ROOT = Path(__file__).resolve().parents[2]
CLUSTER = ROOT / "scripts" / "cluster"
MESTR = Path(os.environ["MESTR"])
SNAKEMAKE = ROOT / "build" / "cluster" / "snakemake" / "bin" / "snakemake"
WHY_NO_SLURM = why_not()
needs_slurm = pytest.mark.skipif(WHY_NO_SLURM is not None, reason=str(WHY_NO_SLURM))
needs_snakemake = pytest.mark.skipif(not SNAKEMAKE.exists(), reason=f"no {SNAKEMAKE}: tests/cluster/setup.sh makes it")
SHARDS = 3
FLAGS = ["--config", "demo"]
FAILED = 5


def call(command: list[str], cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """'six clips.csv' and 'one lost.csv', of a clip with a micro-expression; results of one run in whole/ and lost/."""
    folder = tmp_path_factory.mktemp("clips of a cluster")
    synth = "synth -o set --clips 1 --seconds 2 --count 1 --fps 25 --size 320x240 --contexts still"
    made = call([str(MESTR), *synth.split()], folder)
    assert made.returncode == 0, made.stderr
    clip = next((folder / "set").rglob("*.jpg")).parent.relative_to(folder)
    rows = [f"{'cas' if i % 2 else ''},{i},v{i},{clip},30\n" for i in range(6)]
    header = "dataset,subject,video,path,fps\n"
    (folder / "six clips.csv").write_text(header + "".join(rows), encoding="utf-8")
    (folder / "one lost.csv").write_text(header + rows[1] + ",7,v7,nowhere.mp4,30\n", encoding="utf-8")
    for manifest, out, code in (("six clips.csv", "whole", 0), ("one lost.csv", "lost", FAILED)):
        done = call([str(MESTR), "run", manifest, "-o", out, *FLAGS], folder)
        assert done.returncode == code, done.stderr
        assert "positive" in (folder / out / "cas_pred.csv").read_text(encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def node() -> Iterator[OneNode]:
    with one_node() as started:
        yield started


def results_in(out: Path) -> dict[str, bytes]:
    """By their names, without run.json's bytes, which say what was measured, and without the shards."""
    return {
        path.relative_to(out).as_posix(): b"" if path.name == "run.json" else path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.relative_to(out).parts[0] != "shards"
    }


def record_of(out: Path) -> dict[str, Any]:
    return json.loads((out / "run.json").read_text(encoding="utf-8"))


def when_written(out: Path) -> dict[Path, int]:
    """Of each video that a shard's record has results of."""
    shards = [record.parent for record in (out / "shards").glob("*/run.json")]
    done = [shard / video["file"] for shard in shards for video in record_of(shard)["videos"] if video.get("ok")]
    return {path: path.stat().st_mtime_ns for path in done}


def require_kept(earlier: dict[Path, int], out: Path) -> None:
    now = when_written(out)
    assert {path: now[path] for path in earlier} == earlier


def submit(node: OneNode, manifest: str, out: str, clips: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    return call([str(CLUSTER / "slurm.sh"), manifest, "-o", out, "--shards", str(SHARDS), *FLAGS, *flags, "--cpus=1",
                 "--mem", "1G", "--", "--partition=main"], clips, node.env)


@needs_slurm
def test_a_job_array_that_loses_its_node_has_the_bytes_of_one_run(node: OneNode, clips: Path):
    out = clips / "50% of it"
    submitted = submit(node, "six clips.csv", out.name, clips)
    assert submitted.returncode == 0, submitted.stderr
    assert f"{SHARDS} shards, logs in {out}/shards" in submitted.stdout
    again = submit(node, "six clips.csv", out.name, clips)
    assert again.returncode == 2
    assert "are in the queue" in again.stderr
    wait_until(lambda: len(when_written(out)) > 0, "a video is done")
    node.lose()
    kept = when_written(out)
    node.wait()
    assert results_in(out) == results_in(clips / "whole")
    assert record_of(out)["status"] == "complete"
    require_kept(kept, out)
    logs = [(out / "shards" / f"{index}-of-{SHARDS}.log").read_text(encoding="utf-8") for index in range(1, SHARDS + 1)]
    assert any("NODE FAILURE" in log and "goes on in" in log for log in logs)

    kept = when_written(out)
    assert len(kept) == 6
    assert submit(node, "six clips.csv", out.name, clips).returncode == 0
    node.wait()
    require_kept(kept, out)
    assert results_in(out) == results_in(clips / "whole")


@needs_slurm
def test_a_video_that_fails_cancels_the_merge_unless_told_to_keep_going(node: OneNode, clips: Path):
    out = clips / "array"
    assert submit(node, "one lost.csv", out.name, clips).returncode == 0
    node.wait()
    assert results_in(out) == {}
    logs = "".join(path.read_text(encoding="utf-8") for path in (out / "shards").glob("*.log"))
    assert "nowhere.mp4" in logs
    kept = when_written(out)
    assert len(kept) == 1
    assert submit(node, "one lost.csv", out.name, clips, "--keep-going").returncode == 0
    node.wait()
    require_kept(kept, out)
    assert results_in(out) == results_in(clips / "lost")
    assert record_of(out)["failed"] == record_of(clips / "lost")["failed"]
    other = call([str(CLUSTER / "slurm.sh"), "one lost.csv", "-o", out.name, "--shards", "2"], clips, node.env)
    assert other.returncode == 2
    assert "of another number of shards" in other.stderr


@pytest.mark.parametrize(("arguments", "fault"), [
    (["-o", "out", "--shards", "2"], "no inputs"),
    (["a.csv", "--shards", "2"], "-o is missing"),
    (["a.csv", "-o", "out"], "--shards is missing"),
    (["a.csv", "-o", "out", "--shards", "0"], "--shards 0"),
    (["a.csv", "-o", "out", "--shards=2", "--cpus", "two"], "--cpus two"),
    (["a.csv", "-o", "out", "--shards=2", "--shard", "1/2"], "--shard is the job array's"),
    (["a.csv", "-oout", "--shards=2", "-j4"], "-j4 is what --cpus says"),
    (["a.csv", "-o", "out", "--shards=2", "--overwrite"], "--overwrite would begin anew"),
    (["a.csv", "-o"], "-o needs a value"),
])
def test_what_cannot_be_submitted_is_refused_in_one_line(arguments: list[str], fault: str, tmp_path: Path):
    done = call([str(CLUSTER / "slurm.sh"), *arguments], tmp_path)
    assert done.returncode == 2
    assert fault in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def snakemake_command(profile: str, manifest: str, out: str, flags: list[str], *more: str) -> list[str]:
    return [str(SNAKEMAKE), "-s", str(CLUSTER / "Snakefile"), "--workflow-profile", str(CLUSTER / "profiles" / profile),
            "--config", f'inputs=["{manifest}"]', f"out={out}", f"shards={SHARDS}", "cpus=1", "mem=1GB",
            f"run={json.dumps([*FLAGS, *flags])}", *more]


@needs_snakemake
def test_a_workflow_that_is_killed_goes_on_and_has_the_bytes_of_one_run(clips: Path):
    out = clips / "a workflow"
    command = snakemake_command("local", "six clips.csv", out.name, [], "--cores", "2")
    with subprocess.Popen(command, cwd=clips, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          start_new_session=True) as process:
        wait_until(lambda: len(when_written(out)) > 0, "a video is done")
        os.killpg(process.pid, signal.SIGKILL)
    kept = when_written(out)
    assert results_in(out) == {}
    done = call(command, clips)
    assert done.returncode == 0, done.stderr
    assert results_in(out) == results_in(clips / "whole")
    require_kept(kept, out)
    again = call(command, clips)
    assert again.returncode == 0, again.stderr
    assert "Nothing to be done" in again.stderr + again.stdout


@needs_snakemake
def test_a_workflow_with_a_video_that_fails_merges_when_told_to_keep_going(clips: Path):
    out = clips / "a failing workflow"
    failed = call(snakemake_command("local", "one lost.csv", out.name, [], "--cores", "2"), clips)
    assert failed.returncode != 0
    assert "nowhere.mp4" in failed.stderr + failed.stdout
    assert results_in(out) == {}
    kept = when_written(out)
    assert len(kept) == 1
    done = call(snakemake_command("local", "one lost.csv", out.name, ["--keep-going"], "--cores", "2"), clips)
    assert done.returncode == 0, done.stderr
    require_kept(kept, out)
    assert results_in(out) == results_in(clips / "lost")


@needs_slurm
@needs_snakemake
def test_a_workflow_runs_on_slurm(node: OneNode, clips: Path):
    out = clips / "a workflow on Slurm"
    more = ("--slurm-status-command squeue --slurm-no-account --slurm-init-seconds-before-status-checks 2 "
            "--default-resources slurm_partition=main --latency-wait 10")
    command = snakemake_command("slurm", "one lost.csv", out.name, ["--keep-going"], *more.split())
    done = call(command, clips, node.env | {"MESTR": str(MESTR)})
    assert done.returncode == 0, done.stderr
    assert results_in(out) == results_in(clips / "lost")
    assert "has been submitted with SLURM jobid" in done.stderr + done.stdout
