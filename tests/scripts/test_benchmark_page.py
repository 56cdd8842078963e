import json
from pathlib import Path

import pytest

import benchmark_page


def spread(median: float, n: int = 3) -> dict:
    return {"median": median, "first_quartile": median / 2, "third_quartile": 2 * median, "n": n}


@pytest.fixture
def bench() -> dict:
    machine = {
        "cpu": "Brand",
        "cpu_family": 26,
        "cpu_model": 2,
        "processors": 2,
        "memory_gib": 23.54,
    }
    run = {"engine": "exact", "seconds": spread(2), "cpu_s": spread(3), "startup_s": spread(0.5)}
    run |= {"max_score_difference": 1.2e-7, "speedup": spread(10), "cpu_speedup": spread(9)}
    run |= {"detecting_once_speedup": spread(5), "detecting_once_cpu_speedup": spread(4, n=1)}
    whole = {"clip": "a clip", "width": 64, "height": 48, "frames": 30, "runs": [run]}
    whole |= {"reference_s": spread(20), "reference_cpu_s": spread(27)}
    whole |= {"detecting_once_s": spread(10), "detecting_once_cpu_s": spread(12)}
    a_stage = {"stage": "crop", "item": "frame", "ms_per_item": spread(0.00041), "cpu_ms_per_item": spread(9.996)}
    clip_of_10_s = {"processors": 2, "seconds": 10, "frames_per_s": spread(200), "peak_memory_mib": 300.4}
    return {
        "command": "mestr bench x",
        "machine": machine | {"load_at_start": 0.25},
        "build": {"compiler": "GNU 12", "type": "Release", "commit": "abc"},
        "libraries": {"opencv": "4.6.0", "torch": "1.13.0", "dlib": "19.24.0", "libavcodec": "59"},
        "device": "device: cpu, as asked; flow exact",
        "flow": {"timings": [], "checks": []},
        "stages_clip": "a clip",
        "stages": [a_stage],
        "whole": [whole],
        "windows": [{"width": 64, "height": 48, "window": {"frames": 8}, "ways": []}],
        "scaling": {"processors": [], "lengths": [clip_of_10_s]},
    }


def update(bench: dict, page: Path) -> str:
    file = page.with_suffix(".json")
    file.write_text(json.dumps(bench))
    benchmark_page.make_page(file, page)
    return page.read_text()


def test_what_was_measured_takes_its_place_and_the_rest_stays(bench, tmp_path):
    page = tmp_path / "page.md"
    stays = "<!-- begin: fast -->\nof another script\n<!-- end: fast -->\n"
    page.write_text(
        "<!-- begin: machine -->\n<!-- end: machine -->\n" + stays + "<!-- begin: whole -->\nold\n<!-- end: whole -->\n"
    )
    text = update(bench, page)
    assert stays in text and "old" not in text
    assert "Brand (family 26, model 2), 2 processors, 23.5 GiB, load 0.250 at the start" in text
    assert "| published | 20.0 (10.0 - 40.0) | 1.50 | 27.0 (13.5 - 54.0) |  |  |  |  |  |" in text
    ours = "| mestr run, exact | 2.00 (1.00 - 4.00) | 15.0 | 3.00 (1.50 - 6.00) | 10.0x (5.00 - 20.0) | "
    assert ours + "9.00x (4.50 - 18.0) | 5.00x (2.50 - 10.0) | 4.00x | 1.2e-07 |" in text


def test_a_processor_without_a_family_is_its_brand(bench, tmp_path):
    bench["machine"]["cpu_family"] = None
    page = tmp_path / "page.md"
    page.write_text("<!-- begin: machine -->\n<!-- end: machine -->\n")
    assert "Brand, 2 processors" in update(bench, page)


def test_three_digits_are_significant_whatever_the_size(bench, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- begin: stages -->\n<!-- end: stages -->\n")
    assert "| 0.000410 (0.000205 - 0.000820) | 10.00 (5.00 - 20.0) |" in update(bench, page)


def test_one_machine_s_line_does_not_stand_above_another_s_tables(bench, tmp_path):
    bench["stages"] = []
    page = tmp_path / "page.md"
    page.write_text("<!-- begin: machine -->\n<!-- end: machine -->\n")
    with pytest.raises(benchmark_page.InputError, match="lacks stages: all parts"):
        update(bench, page)
