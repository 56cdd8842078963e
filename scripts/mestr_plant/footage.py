"""Videos in and out, by the program ffmpeg: every frame as a player shows it, with its time."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mestr_train import InputError, UserError

if TYPE_CHECKING:
    import numpy as np

# As mestr reads a video: deinterlaced where its frames say that they are interlaced, of square pixels.
AS_SHOWN = (
    "bwdif=mode=send_frame:deint=interlaced,"
    "scale=w='if(gt(sar,0)*not(eq(sar,1)),round(iw*sar),iw)':h=ih"
    ":flags=bicubic+accurate_rnd+full_chroma_int,setsar=1,showinfo=checksum=0"
)


def ffmpeg() -> str:
    program = shutil.which("ffmpeg")
    if program is None:
        raise UserError("the program ffmpeg is not installed: apt-get install ffmpeg")
    return program


def last_line(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read().decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "ffmpeg failed and did not say why"


class Footage:
    """The frames of a video file, one after another: it is never held in memory as a whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.times_s: list[float] = []  # of the frames, once all have been read

    def frames_bgr(self) -> Iterator["np.ndarray"]:
        if not self.path.is_file():
            raise InputError(f"{self.path}: no such video file")
        command = [ffmpeg(), "-hide_banner", "-nostats", "-protocol_whitelist", "file,pipe"]
        command += ["-i", f"file:{self.path}", "-an", "-sn", "-dn", "-vf", AS_SHOWN]
        command += ["-fps_mode", "passthrough", "-f", "image2pipe", "-c:v", "ppm", "-"]
        with tempfile.TemporaryFile() as log:
            with subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
            ) as process:
                assert process.stdout
                while (frame := next_frame(process.stdout)) is not None:
                    yield frame
            if process.returncode:
                raise InputError(f"cannot read {self.path}: {last_line(log)}")
            log.seek(0)
            stamps = re.findall(rb"\] n: *\d+ pts: *\S+ pts_time:(\S+)", log.read())
        self.times_s = [float(stamp) for stamp in stamps]


def next_frame(stream: IO[bytes]) -> "np.ndarray | None":
    """Of a stream of binary PPM pictures."""
    import numpy as np

    head = [stream.readline() for _ in range(3)]
    if not head[0]:
        return None
    width, height = map(int, head[1].split())
    pixels = stream.read(3 * width * height)
    if len(pixels) < 3 * width * height:
        return None
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)[:, :, ::-1]
