"""docs/reproduction.md names keys that the config has, and says for each difference whether it has one."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reproduction.md").read_text(encoding="utf-8")


def differences():
    """What each row of the first table says, by column."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert all(len(row) == len(header) for row in rows)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_every_difference_has_an_effect_and_a_key_or_says_that_there_is_none():
    rows = differences()
    assert len(rows) >= 9
    for row in rows:
        assert row["effect"], row["what"]
        assert row["key"].startswith(("none yet", "`")), row["what"]


def test_every_key_on_the_page_is_one_of_the_config():
    config = yaml.safe_load((ROOT / "configs" / "megc2025.yaml").read_text(encoding="utf-8"))
    named = re.findall(r"`((?:face|flow|features|spot|model|datasets)\.\w+)", PAGE)
    assert "face.search_s" in named
    assert [key for key in named if key.split(".")[1] not in config[key.split(".")[0]]] == []


def test_the_page_is_linked_and_names_the_heads_that_the_converter_names():
    from mestr.train.published_mean import UNTRAINED_HEADS

    for page, link in (
        ("README.md", "docs/reproduction.md"),
        ("docs/training.md", "reproduction.md"),
    ):
        assert f"]({link})" in (ROOT / page).read_text(encoding="utf-8")
    numbers = re.findall(r"\w+ [\d, ]+\d", UNTRAINED_HEADS)
    said = " ".join(PAGE.split()).replace(" and 13", ", 13")
    assert len(numbers) == 2 and all(number in said for number in numbers)
