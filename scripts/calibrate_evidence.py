#!/usr/bin/env python3
"""mestr.programs.calibrate_evidence of this checkout; --help says what it does."""

import sys

import source_tree  # noqa: F401
from mestr.programs.calibrate_evidence import main

if __name__ == "__main__":
    sys.exit(main())
