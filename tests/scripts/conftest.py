import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The package as the scripts find it, and what the tests of its training make up.
sys.path[:0] = [str(ROOT / folder) for folder in ("scripts", "src/python", "tests/python/train")]
