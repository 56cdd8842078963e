"""The extension: what src/python/*.cpp bind. Use the functions of the package; nothing here is promised."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__version__: str

class Tvl1Options:
    tau: float
    lambda_: float
    theta: float
    scales: int
    scale_step: float
    warps: int
    epsilon: float
    inner_iterations: int
    outer_iterations: int
    median_filtering: int

def tvl1(
    from_images: NDArray[np.uint8], to_images: NDArray[np.uint8], method: str, options: Tvl1Options, jobs: int
) -> NDArray[np.float32]: ...

class FrameQueue:
    def __init__(self, width: int, height: int, fps: float, variable: bool, frames: int | None) -> None: ...
    def wait_for_room(self, seconds: float) -> bool: ...
    def put(self, image: NDArray[np.uint8], index: int, time_s: float, continues: bool) -> None: ...
    def put_end(self) -> None: ...

class AnalysisRequest:
    path: str
    frames: FrameQueue | None
    name: str
    fps: float | None
    configs: list[str]
    settings: list[str]
    models: list[str]
    device: str
    jobs: int
    rows_only: bool
    windows_only: bool
    def add_pair(self, first: int, second: int) -> None: ...

class AnalysisResult:
    def to_dict(self) -> dict[str, Any]: ...
    def take_rows(self) -> dict[str, Any]: ...
    def take_windows(self) -> dict[str, Any]: ...
    def write(self, folder: str, overwrite: bool) -> None: ...

class AnalysisJob:
    def __init__(self, request: AnalysisRequest) -> None: ...
    def wait(self, seconds: float) -> bool: ...
    def stop(self) -> None: ...
    def take_lines(self) -> list[tuple[bool, str]]: ...
    def take_progress(self) -> tuple[int, int | None] | None: ...
    def result(self) -> AnalysisResult: ...

def write_report(result: AnalysisResult, page: str, truth: str | None, faces: bool) -> None: ...
def evaluate(predictions: list[Any], truth: str | list[Any], options: dict[str, Any]) -> tuple[str, str]: ...
