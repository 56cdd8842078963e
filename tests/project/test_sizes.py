"""No file of code is over 500 lines and no function over 45. clang-tidy counts those of C++ (scripts/lint.sh tidy)."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = {".h", ".cpp", ".cu", ".inc", ".py", ".sh", ".cmake"}
MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_FUNCTION = 45
# One kernel a section, compiled for each instruction set.
LONGER = {"src/flow/tvl1_kernels_simd.cpp"}


def code_files() -> list[Path]:
    folders = ("src", "include", "tests", "scripts", "third_party")
    listed = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in CODE]
    assert len(listed) > 200
    return sorted(listed)


def test_no_file_is_too_long():
    long = {
        path.relative_to(ROOT).as_posix()
        for path in code_files()
        if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES_OF_A_FILE
    }
    assert long == LONGER


def test_no_python_function_is_too_long():
    for path in code_files():
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                lines = node.end_lineno - node.lineno + 1
                assert lines <= MOST_LINES_OF_A_FUNCTION, f"{path.relative_to(ROOT)}: {node.name}: {lines} lines"


def test_clang_tidy_counts_the_lines_of_a_function():
    rules = (ROOT / ".clang-tidy").read_text(encoding="utf-8")
    assert "readability-function-size" in rules
    assert f"readability-function-size.LineThreshold, value: {MOST_LINES_OF_A_FUNCTION}" in rules
