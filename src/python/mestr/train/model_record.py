"""What a model file says of itself, its record "mestr.json"."""

import dataclasses
import json
import math
from typing import Any, NoReturn

from mestr.errors import ConfigError, MestrError, ModelError
from mestr.train.evidence import TERMS as EVIDENCE_TERMS
from mestr.train.kinds import MEAN_ROWS, SEQUENCE_ROWS

RECORD_NAME = "mestr.json"
RECORD_FORMAT = 2  # of relative scores; format 1 is read too
PROBABILITIES_FORMAT = 3  # has "scores" and "evidence"
WINDOWS_FORMAT = 4  # of networks of windows (window_record.py)
NETWORK_INPUT = "pairs"
# By kind of features: shape of a row, what the network takes in one call.
KINDS = {
    MEAN_ROWS.name: (MEAN_ROWS.shape, NETWORK_INPUT),
    SEQUENCE_ROWS.name: (SEQUENCE_ROWS.shape, "sequences"),
}


def fail(reason: str) -> NoReturn:
    raise ConfigError(f"model record: {reason}")


@dataclasses.dataclass(kw_only=True)
class Record:
    """What every model says of itself; the fields of ModelInfo in include/mestr/model/."""

    name: str
    version: str
    classes: list[str]
    fps: float
    k_p_frames: int
    p: float
    training_data: str
    licence: str
    features: str
    row_shape: list[int]
    input: str
    format: int

    def check(self) -> None:
        for field in ("name", "version", "training_data", "licence"):
            if not getattr(self, field):
                fail(f"{field} must not be empty")
        if not self.classes or not all(self.classes):
            fail("classes must be names separated by commas")
        if len(set(self.classes)) != len(self.classes):
            fail("a class is listed twice: " + ", ".join(self.classes))
        if not (math.isfinite(self.fps) and self.fps > 0):
            fail(f"fps must be above 0, not {self.fps}")
        if self.k_p_frames < 1:
            fail(f"k_p must be at least 1 frame, not {self.k_p_frames}")
        if not 0 <= self.p <= 1:
            fail(f"p must lie in [0, 1], not {self.p}")

    def values(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def to_json(self) -> str:
        return json.dumps(self.values(), indent=2, sort_keys=True, ensure_ascii=False)

    def trial_rows(self) -> int:
        """Of a call that any network of the kind must take."""
        return 2


@dataclasses.dataclass(kw_only=True)
class ModelRecord(Record):
    """Of a network of pairs or sequences. Always of the newest format: format 1, which lacked
    row_shape and input, is converted where it is read."""

    k_frames: int
    features: str = MEAN_ROWS.name
    row_shape: list[int] = dataclasses.field(default_factory=lambda: list(MEAN_ROWS.shape))
    input: str = NETWORK_INPUT  # "pairs": rows [N, 3, 42, 42], one a pair of frames
    format: int = RECORD_FORMAT
    scores: str = "relative"  # or "probabilities"
    # Of probabilities: the weights that make evidence of an interval's terms
    # (include/mestr/core/evidence_weights.h).
    evidence: dict[str, float] | None = None

    def check(self) -> None:
        if self.features not in KINDS:
            fail(f"features must be one of {', '.join(KINDS)}, not {self.features!r}")
        shape, network_input = KINDS[self.features]
        if self.row_shape != list(shape):
            fail(f"row_shape must be {list(shape)}, not {self.row_shape!r}")
        if self.input != network_input:
            fail(f'input must be "{network_input}", not {self.input!r}')
        self._check_scores()
        super().check()
        if self.k_frames < 1:
            fail(f"k must be at least 1 frame, not {self.k_frames}")

    def _check_scores(self) -> None:
        of_probabilities = self.scores == "probabilities"
        if self.scores not in ("relative", "probabilities"):
            fail(f"scores must be relative or probabilities, not {self.scores!r}")
        wanted = PROBABILITIES_FORMAT if of_probabilities else RECORD_FORMAT
        if self.format != wanted:
            fail(f"format must be {wanted}, not {self.format!r}")
        terms = set(EVIDENCE_TERMS) if of_probabilities else set()
        if set(self.evidence or {}) != terms:
            fail(
                f"evidence must have the terms {', '.join(EVIDENCE_TERMS)}, of probabilities alone"
            )
        if not all(math.isfinite(weight) for weight in (self.evidence or {}).values()):
            fail("evidence has a weight that is not finite")

    def values(self) -> dict[str, Any]:
        values = super().values()
        if self.format < PROBABILITIES_FORMAT:
            del values["scores"], values["evidence"]
        return values

    @staticmethod
    def from_values(values: dict[str, Any], origin: str) -> "ModelRecord":
        try:
            names = {field.name for field in dataclasses.fields(ModelRecord)}
            record = ModelRecord(**{k: v for k, v in values.items() if k in names})
            record.check()
        except (TypeError, AttributeError) as error:
            raise ModelError(
                f"{origin}: its record {RECORD_NAME} is not complete: {error}"
            ) from None
        except MestrError as error:
            raise ModelError(f"{origin}: {error}") from None
        return record


def in_newest_format(values: dict[str, Any]) -> dict[str, Any]:
    """Fields of a record of format 1 as those of format 2. Raises ConfigError for another."""
    if values.get("format") == 1:
        return {
            **values,
            "format": RECORD_FORMAT,
            "row_shape": list(MEAN_ROWS.shape),
            "input": NETWORK_INPUT,
        }
    fields = {2: ("row_shape", "input"), 3: ("row_shape", "input", "scores")}
    fields[WINDOWS_FORMAT] = fields[3] + (("window",) if values.get("input") == "windows" else ())
    found = values.get("format")
    if found not in fields:
        raise ConfigError(f"model record: format must be 1 to 4, not {found!r}")
    for field in fields[found]:
        if field not in values:
            raise ConfigError(f'model record: format {found} without "{field}"')
    return values
