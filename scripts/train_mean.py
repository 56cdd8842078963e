#!/usr/bin/env python3
"""mestr.programs.train_mean of this checkout; --help says what it does."""

import sys

import source_tree  # noqa: F401
from mestr.programs.train_mean import main

if __name__ == "__main__":
    sys.exit(main())
