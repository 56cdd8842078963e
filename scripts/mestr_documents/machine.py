"""The machine that something was measured on."""

import re
from pathlib import Path


def processor() -> str:
    """Brand and generation, as `mestr bench` names them."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    parts = [re.search(rf"^{key}\s*: (.*)$", text, re.MULTILINE) for key in ("model name", "cpu family", "model")]
    brand, family, model = (part.group(1) if part else "unknown" for part in parts)
    return f"{brand} (family {family}, model {model})"
