"""Action units as label sheets write them: 4, AU4+7, L12, 14B or 24A, 12A/B."""

import re

UNIT = re.compile(r"(?:AU)?([LRTBU])?(?:AU)?(\d{1,2})([LR])?[A-EX]?\??", re.IGNORECASE)
INTENSITY = re.compile(r"[A-E]", re.IGNORECASE)


def read_action_units(text: str) -> tuple[str, list[str]]:
    """The units as the label CSV has them (4+L12: FACS numbers, with their side where they are on
    one), each once, and what had to be left out or guessed. Intensities, and whether a unit is of the
    upper or lower lip alone (T, B, U), are none of them."""
    units: list[str] = []
    unread: list[str] = []
    words = re.findall(r"[^\s+,;/&()]+", re.sub(r"\.0$", "", text))
    skip = False
    for word in words:
        if skip:
            skip = False
            unread.append(f"action units '{text}': which of them is not said, the first is taken")
        elif word.lower() == "or":
            skip = True
        elif not INTENSITY.fullmatch(word) and word.lower() != "and":
            _take(word, text, units, unread)
    return "+".join(units), unread


def _take(word: str, text: str, units: list[str], unread: list[str]) -> None:
    match = UNIT.fullmatch(word)
    if match is None or not int(match[2]):
        what = "is not read" if word == text else f"of '{text}' is not read"
        unread.append(f"action unit '{word}' {what}")
        return
    side = (match[1] or match[3] or "").upper()
    unit = (side if side in ("L", "R") else "") + str(int(match[2]))
    if unit not in units:
        units.append(unit)
