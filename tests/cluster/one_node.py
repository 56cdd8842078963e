"""A Slurm of one node, this machine, on loopback, without systemd, with all of its files in one folder: two run side by
side, and nothing of the system's own Slurm is touched."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun")
WITHIN_S = 240
CPUS = 4  # announced, whatever there is: the jobs of a test overlap


def why_not() -> str | None:
    """Why there can be none here; nothing: there can."""
    if os.geteuid() != 0:
        return "a Slurm of one's own needs root"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"no {', '.join(missing)}: tests/cluster/setup.sh installs Slurm" if missing else None


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def write_config(folder: Path, host: str) -> Path:
    ports = free_ports(2)
    config = folder / "slurm.conf"
    config.write_text(f"""\
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
SlurmdUser=root
SlurmdParameters=config_overrides
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=1,batch_sched_delay=0
ReturnToService=2
MpiDefault=none
KillWait=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={CPUS} RealMemory=16000
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
""", encoding="utf-8")
    return config


class OneNode:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: list[subprocess.Popen[bytes]] = []
        self.host = socket.gethostname().split(".")[0]
        self.env = os.environ | {"SLURM_CONF": str(write_config(folder, self.host)),
                                 "PATH": f"{folder}/bin:{os.environ['PATH']}"}

    def call(self, *command: str) -> str:
        done = subprocess.run(command, env=self.env, check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
        return done.stdout

    def start(self) -> None:
        folder = self.folder
        for name in ("state", "spool", "bin"):
            (folder / name).mkdir()
        # Jobs of Snakemake call srun without SLURM_CONF.
        srun = folder / "bin" / "srun"
        srun.write_text(f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {shutil.which("srun")} "$@"\n',
                        encoding="utf-8")
        srun.chmod(0o755)
        key = folder / "munge.key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o400)
        # --force: its folder is nobody else's, which munged wants it to be.
        self.serve("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={folder}/munge.socket",
                   f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log",
                   f"--seed-file={folder}/munge.seed")
        wait_until((folder / "munge.socket").exists, "munged listens")
        self.serve("slurmctld", "-D", "-c")
        self.serve("slurmd", "-D", "-c")
        wait_until(self.is_up, "the node is idle")

    def serve(self, *command: str) -> None:
        """Until stop(), or this process ends, however it does."""
        self.servers.append(subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], env=self.env,
                                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                             stderr=subprocess.DEVNULL))

    def is_up(self) -> bool:
        states = subprocess.run(["sinfo", "--noheader", "--format=%T"], env=self.env, capture_output=True, text=True,
                                check=False, timeout=60)
        return states.stdout.strip() in ("idle", "mixed", "allocated")

    def stop(self) -> None:
        if self.is_up():
            self.call("scancel", "--user=root")
            wait_until(lambda: not self.queue() and not self.steps(), "no job is left")
        for server in reversed(self.servers):
            server.terminate()
            server.wait(timeout=60)

    def queue(self) -> list[str]:
        """Name of each job and task that waits or runs, and why it waits."""
        return self.call("squeue", "--noheader", "--array", "--format=%i %r").splitlines()

    def steps(self) -> list[Path]:
        """Sockets of what runs on the node, of lost jobs too until they are dead."""
        return list((self.folder / "spool").glob(f"{self.host}_*"))

    def lose(self) -> None:
        """What runs is killed and queued again, as when a node breaks; then the node is back."""
        self.call("scontrol", "update", f"NodeName={self.host}", "State=DOWN", "Reason=lost")
        wait_until(lambda: self.is_up() and not self.steps(), "the node is back")
        # slurmd has a job in hand for a while after its last step, and a node that gets it again in that while is
        # drained ("Duplicate jobid"): by itself Slurm starts it two minutes later, `wait` at once.
        time.sleep(5)

    def wait(self) -> None:
        """Until all jobs are over."""
        wait_until(self.is_idle, "the queue is empty")

    def is_idle(self) -> bool:
        jobs = self.queue()
        for job in jobs:
            name, _, reason = job.partition(" ")
            if reason == "BeginTime":  # two minutes after it was queued again; refused once it runs
                subprocess.run(["scontrol", "update", f"JobId={name}", "StartTime=now"], env=self.env, check=False,
                               capture_output=True, timeout=60)
        return not jobs


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    end_s = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < end_s, f"not within {WITHIN_S} s: {what}"
        time.sleep(0.2)


@contextmanager
def one_node() -> Iterator[OneNode]:
    with TemporaryDirectory() as folder:
        node = OneNode(Path(folder))
        try:
            node.start()
            yield node
        finally:
            node.stop()
