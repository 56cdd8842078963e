#!/usr/bin/env python3
"""mestr.programs.convert_mean_weights of this checkout; --help says what it does."""

import sys

import source_tree  # noqa: F401
from mestr.programs.convert_mean_weights import main

if __name__ == "__main__":
    sys.exit(main())
