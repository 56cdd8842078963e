"""docs/mestr.ipynb runs from its clip to its score."""

from pathlib import Path

import pytest

from conftest import run_program

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "mestr.ipynb"


def outputs_of(cell) -> list[dict[str, str]]:
    return [output.get("data", {"text/plain": output.get("text", "")}) for output in cell.outputs]


def test_the_notebook_runs(tmp_path):
    run_program("synth", "-o", tmp_path / "set", "--format", "avi", "--clips", 1, "--seconds", 4, "--count", 1,
                "--contexts", "frozen", "--intensity", "4,4", "--size", "320x240")
    clip = next((tmp_path / "set").glob("*.avi"))
    clip.rename(tmp_path / "clip.mp4")
    labels = (tmp_path / "set" / "labels.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in labels]
    (tmp_path / "labels.csv").write_text(
        "\n".join(",".join(row if i == 0 else ["", "", "clip", *row[3:]]) for i, row in enumerate(rows)) + "\n",
        encoding="utf-8",
    )
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [outputs_of(cell) for cell in code]
    assert "1 micro-expression" in shown[0][0]["text/html"]
    assert "image/png" in shown[2][-1]
    assert "overall" in shown[4][0]["text/plain"] and shown[4][-1]["text/plain"] == "1.0"
