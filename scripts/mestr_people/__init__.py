"""The shapes of synthetic people, from PyPI's anny."""
