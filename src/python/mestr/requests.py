"""What the caller says, as the extension takes it."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence

from mestr import _core
from mestr.frames import Frames, FrameStream

Path = str | os.PathLike[str]
Source = Path | Frames
Setting = str | int | float | bool | None | Sequence["Setting"] | Mapping[str, "Setting"]


def _paths(paths: Path | Iterable[Path] | None) -> list[str]:
    if paths is None:
        return []
    return [os.fspath(paths)] if isinstance(paths, str | os.PathLike) else [os.fspath(path) for path in paths]


def make_request(
    source: Source,
    fps: float | None,
    times: Sequence[float] | None,
    *,
    config: Path | Iterable[Path] | None,
    settings: Mapping[str, Setting] | None,
    device: str,
    jobs: int,
    name: str,
) -> tuple[_core.AnalysisRequest, FrameStream | None]:
    request = _core.AnalysisRequest()
    request.configs = _paths(config)
    # JSON is YAML.
    request.settings = [f"{key}={json.dumps(value)}" for key, value in (settings or {}).items()]
    request.device, request.jobs, request.name = device, jobs, name
    if isinstance(source, str | os.PathLike):
        request.path, request.fps = os.fspath(source), fps
        return request, None
    return request, FrameStream(source, fps, times)


def set_models(request: _core.AnalysisRequest, model: Path | Iterable[Path] | None) -> None:
    request.models = _paths(model)
