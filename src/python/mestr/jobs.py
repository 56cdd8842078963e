"""Runs a job of the extension: what computes is a thread of its own, so that Ctrl-C and what the caller gave (frames,
progress) have this one."""

import logging
from collections.abc import Callable

from mestr import _core
from mestr.frames import FrameStream

Progress = Callable[[int, int | None], object]

# Every so often a signal is looked for, and progress told.
_INTERVAL_S = 0.1
_log = logging.getLogger("mestr")
_log.addHandler(logging.NullHandler())


def _tell(job: _core.AnalysisJob, progress: Progress | None) -> None:
    for is_warning, line in job.take_lines():
        _log.log(logging.WARNING if is_warning else logging.INFO, "%s", line)
    frames = job.take_progress()
    if progress is not None and frames is not None:
        progress(*frames)


def _feed(job: _core.AnalysisJob, queue: _core.FrameQueue, frames: FrameStream, progress: Progress | None) -> None:
    index = -1
    for index, frame in enumerate(frames):
        while not queue.wait_for_room(_INTERVAL_S):
            _tell(job, progress)
            if job.wait(0):
                return
        queue.put(frame.image, index, frame.time_s, frame.continues)
        _tell(job, progress)
    queue.put_end()


def run(request: _core.AnalysisRequest, frames: FrameStream | None, progress: Progress | None) -> _core.AnalysisResult:
    """The job's result. Whatever ends it here (Ctrl-C, the caller's iterator) ends the job first."""
    queue = None
    if frames is not None:
        queue = request.frames = frames.queue()
    job = _core.AnalysisJob(request)
    try:
        if frames is not None and queue is not None:
            _feed(job, queue, frames, progress)
        while not job.wait(_INTERVAL_S):
            _tell(job, progress)
        _tell(job, progress)
        return job.result()
    finally:
        job.stop()
