#!/usr/bin/env bash
# scripts/crossval.py by its earlier name. PYTHON, one with PyTorch, takes the place of /usr/bin/python3.
exec "${PYTHON:-/usr/bin/python3}" "$(dirname "$0")/crossval.py" "$@"
