"""Videos in and out, by the program ffmpeg: every frame as a player shows it, with its time."""

import contextlib
import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mestr.errors import ConfigError, InputError

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
        raise ConfigError("the program ffmpeg is not installed: apt-get install ffmpeg")
    return program


def last_line(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read().decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "ffmpeg failed and did not say why"


@dataclass
class Clock:
    """When each frame is shown, in ticks of the file's own clock."""

    ticks: list[int]
    tick_s: Fraction

    def times_s(self) -> "np.ndarray":
        import numpy as np

        return np.array(self.ticks, float) * float(self.tick_s)

    def part(self, first: int, end: int) -> "Clock":
        return Clock(self.ticks[first:end], self.tick_s)


class Footage:
    """The frames of a video file, one after another: it is never held in memory as a whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = Clock([], Fraction(1))  # once all frames have been read

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
                size = None
                while (frame := next_frame(process.stdout)) is not None:
                    if frame.shape != (size or frame.shape):
                        raise InputError(f"{self.path}: the size of its pictures changes")
                    size = frame.shape
                    yield frame
            if process.returncode:
                raise InputError(f"cannot read {self.path}: {last_line(log)}")
            log.seek(0)
            self.clock = clock_of(self.path, log.read())


def clock_of(path: Path, log: bytes) -> Clock:
    """From what the filter showinfo said."""
    tick = re.search(rb"config in time_base: (\d+)/(\d+)", log)
    ticks = re.findall(rb"\] n: *\d+ pts: *(\S+)", log)
    if tick is None or b"NOPTS" in ticks:
        raise InputError(f"{path}: its frames have no time stamps; put it into a container first")
    clock = Clock([int(t) for t in ticks], Fraction(int(tick[1]), int(tick[2])))
    for frame, (before, after) in enumerate(pairwise(clock.ticks), 2):
        if after <= before:
            raise InputError(f"{path}: its clock stands still or steps back at frame {frame}")
    return clock


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


class VideoWriter:
    """Gives frames, with the time of each, to ffmpeg. Same frames, same bytes."""

    def __init__(self, path: Path, clock: Clock, crf: float, log: IO[bytes]) -> None:
        self.path, self.clock, self.crf, self.log = path, clock, crf, log
        self.process: subprocess.Popen | None = None
        self.written = 0

    def write(self, frame_bgr: "np.ndarray") -> None:
        import cv2

        height, width = (side // 2 * 2 for side in frame_bgr.shape[:2])  # of a colour in 2 x 2 px
        rgba = cv2.cvtColor(frame_bgr[:height, :width], cv2.COLOR_BGR2RGBA)
        if self.process is None:
            self.process = self._start(width, height)
        tick = self.clock.ticks[self.written] - self.clock.ticks[0]
        self.written += 1
        assert self.process.stdin
        self.process.stdin.write(struct.pack("<IQ", rgba.nbytes, tick) + rgba.tobytes())

    def _start(self, width: int, height: int) -> subprocess.Popen:
        """IVF is the plainest of the containers that give each picture a time."""
        tick = self.clock.tick_s
        command = [ffmpeg(), "-hide_banner", "-v", "error", "-y", "-f", "ivf", "-i", "-"]
        command += ["-vf", "scale=out_color_matrix=bt601:out_range=tv:flags=accurate_rnd"]
        command += ["-c:v", "libx264", "-crf", f"{self.crf:g}", "-threads", "1"]
        command += ["-pix_fmt", "yuv420p", "-colorspace", "smpte170m", "-color_range", "tv"]
        command += ["-fps_mode", "passthrough"]
        command += ["-enc_time_base", f"{tick.numerator}:{tick.denominator}"]
        command += [
            "-video_track_timescale",
            str(tick.denominator),
            "-f",
            "mp4",
            f"file:{self.path}",
        ]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self.log
        )
        assert process.stdin
        head = (0, 32, b"RGBA", width, height, tick.denominator, tick.numerator, 0, 0)
        process.stdin.write(b"DKIF" + struct.pack("<HH4sHHIIII", *head))
        return process

    def end(self) -> bool:
        """Whether ffmpeg wrote it all."""
        if self.process is None:
            return False
        with contextlib.suppress(OSError):
            self.process.communicate()
        return self.process.returncode == 0


@contextlib.contextmanager
def video_file(path: Path, clock: Clock, crf: float) -> Iterator[VideoWriter]:
    """An H.264 file; it appears once it is whole."""
    part = path.with_name(f".{path.name}.part")
    with tempfile.TemporaryFile() as log:
        writer = VideoWriter(part, clock, crf, log)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            yield writer
            if not writer.end():
                raise ConfigError(f"cannot write {path}: {last_line(log)}")
            part.replace(path)
        except OSError as error:
            # ffmpeg has gone: it says why better than the pipe.
            why = last_line(log) if isinstance(error, BrokenPipeError) else error.strerror
            raise ConfigError(f"cannot write {path}: {why}") from None
        finally:
            writer.end()
            with contextlib.suppress(OSError):
                part.unlink()
