"""Action units as label sheets write them: 4, AU4+7, L12, 14B or 24A, 12A/B."""

import json
import re
from functools import cache
from typing import NamedTuple

from mestr.shipped import shipped_file

NAMES = "src/vqa/action_units.json"  # mestr's own
UNIT = re.compile(r"(?:AU)?([LRTBU])?(?:AU)?(\d{1,2})([LR])?[A-EX]?\??", re.IGNORECASE)
INTENSITY = re.compile(r"[A-E]", re.IGNORECASE)


class Units(NamedTuple):
    """Of one cell. Intensities, and whether a unit is of the upper or lower lip alone (T, B, U), are
    dropped."""

    units: str  # as the label CSV has them: 4+L12, FACS numbers with their side, each once
    unread: list[str]  # what had to be left out or guessed
    other_codes: list[int]  # left out: no action units of the face, as positions of head and eyes


@cache
def known_units() -> frozenset[int]:
    return frozenset(map(int, json.loads(shipped_file(NAMES).read_text(encoding="utf-8"))))


def read_action_units(text: str) -> Units:
    units: list[str] = []
    unread: list[str] = []
    other_codes: list[int] = []
    words = re.findall(r"[^\s+,;/&()]+", re.sub(r"\.0$", "", text))
    skip = False
    for word in words:
        if skip:
            skip = False
            unread.append(f"action units '{text}': which of them is not said, the first is taken")
        elif word.lower() == "or":
            skip = True
        elif not INTENSITY.fullmatch(word) and word.lower() != "and":
            match = UNIT.fullmatch(word)
            if match is None or not int(match[2]):
                what = "is not read" if word == text else f"of '{text}' is not read"
                unread.append(f"action unit '{word}' {what}")
            elif int(match[2]) in known_units():
                units.append(_unit_of(match))
            else:
                other_codes.append(int(match[2]))
    return Units("+".join(dict.fromkeys(units)), unread, other_codes)


def _unit_of(match: re.Match[str]) -> str:
    side = (match[1] or match[3] or "").upper()
    return (side if side in ("L", "R") else "") + str(int(match[2]))
