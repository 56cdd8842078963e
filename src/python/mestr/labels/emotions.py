"""Coarse emotions of a data set: configs/emotions_<name>.yaml."""

from dataclasses import dataclass
from pathlib import Path

from mestr.errors import ConfigError
from mestr.labels.sheets import text_of

COARSE_EMOTIONS = ("negative", "positive", "surprise", "others")


@dataclass
class EmotionTable:
    path: Path
    dataset: str
    coarse_of: dict[str, str]

    def coarse(self, emotion: object) -> str | None:
        return self.coarse_of.get(text_of(emotion).lower())


def read_emotion_table(path: Path) -> EmotionTable:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict) or set(content) != {"dataset", "emotions"}:
        raise ConfigError(f"{path}: needs the keys 'dataset' and 'emotions', and no other")
    emotions = content["emotions"]
    if not isinstance(emotions, dict) or not emotions:
        raise ConfigError(f"{path}: emotions must map an emotion to its coarse emotion")
    for fine, coarse in emotions.items():
        if coarse not in COARSE_EMOTIONS:
            allowed = ", ".join(COARSE_EMOTIONS)
            raise ConfigError(f"{path}: {fine} maps to '{coarse}', allowed are {allowed}")
    coarse_of = {str(fine).strip().lower(): coarse for fine, coarse in emotions.items()}
    return EmotionTable(path, str(content["dataset"]), coarse_of)
