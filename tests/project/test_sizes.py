"""No file of code is over 500 lines, no module of the package and the scripts over 250, and no function over 45."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = {".h", ".cpp", ".cu", ".inc", ".py", ".sh", ".cmake"}
MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_MODULE = 250
MOST_LINES_OF_A_FUNCTION = 45
# One kernel a section, compiled for each instruction set.
LONGER = {"src/flow/farneback_kernels_simd.cpp", "src/flow/tvl1_kernels_simd.cpp"}


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


def test_no_python_module_is_too_long():
    modules = [path for folder in ("src/python", "scripts") for path in (ROOT / folder).rglob("*.py")]
    assert len(modules) > 100
    for path in modules:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= MOST_LINES_OF_A_MODULE, f"{path.relative_to(ROOT)}: {lines} lines"


def test_no_python_function_is_too_long():
    for path in code_files():
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                lines = node.end_lineno - node.lineno + 1
                assert lines <= MOST_LINES_OF_A_FUNCTION, f"{path.relative_to(ROOT)}: {node.name}: {lines} lines"


def cpp_functions(text: str) -> list[tuple[str, int]]:
    """First line and number of lines of each function, as clang-format lays them out: what ends with a brace of the
    indentation of its first line, at most that of a member."""
    lines = text.splitlines()
    found = []
    for end, line in enumerate(lines):
        match = re.fullmatch(r"( {0,4})\}", line)
        if not match:
            continue
        indent = len(match[1])
        start = end - 1
        while start > 0 and (not lines[start].strip() or lines[start].startswith("#")
                             or len(lines[start]) - len(lines[start].lstrip()) > indent):
            start -= 1
        first = lines[start].strip()
        if not re.match(r"(namespace|class|struct|enum|union|extern|if|for|while|switch|try|do|else|\})\b|\}", first):
            found.append((first, end - start + 1))
    return found


def test_no_cpp_function_is_too_long():
    functions = 0
    for path in code_files():
        if path.suffix not in {".h", ".cpp", ".cu"}:
            continue
        for first, lines in cpp_functions(path.read_text(encoding="utf-8")):
            functions += 1
            assert lines <= MOST_LINES_OF_A_FUNCTION, f"{path.relative_to(ROOT)}: {first}: {lines} lines"
    assert functions > 1500  # they are found


def test_clang_tidy_counts_the_lines_of_a_function():
    rules = (ROOT / ".clang-tidy").read_text(encoding="utf-8")
    assert "readability-function-size" in rules
    assert f"readability-function-size.LineThreshold, value: {MOST_LINES_OF_A_FUNCTION}" in rules
