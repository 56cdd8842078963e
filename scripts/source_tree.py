"""Puts the Python package of this source tree on the path, for the scripts beside it: import it before `mestr`. Where
PYTHONPATH gives the package as it was built of this tree (with its extension), that stays."""

import importlib.util
import sys
from pathlib import Path

PACKAGES = Path(__file__).resolve().parents[1] / "src" / "python"

_found = importlib.util.find_spec("mestr")
if _found is None or _found.origin is None or Path(_found.origin).resolve() != PACKAGES / "mestr" / "__init__.py":
    sys.path.insert(0, str(PACKAGES))
