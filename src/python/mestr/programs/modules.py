"""What to say where Python lacks a module that a script needs. The scripts import such modules when
they begin to work, so that --help is there without them."""

import sys

# Module: Debian's package (None: it has none), PyPI's name.
PACKAGES: dict[str, tuple[str | None, str]] = {
    "cv2": ("python3-opencv", "opencv-python-headless"),
    "dlib": (None, "dlib-bin"),
    "h5py": ("python3-h5py", "h5py"),
    "matplotlib": ("python3-matplotlib", "matplotlib"),
    "numpy": ("python3-numpy", "numpy"),
    "odf": ("python3-odf", "odfpy"),  # pandas, for .ods
    "openpyxl": ("python3-openpyxl", "openpyxl"),  # pandas, for .xlsx
    "pandas": ("python3-pandas", "pandas"),
    "torch": ("python3-torch", "torch"),
    "xlrd": ("python3-xlrd", "xlrd"),  # pandas, for .xls
    "yaml": ("python3-yaml", "PyYAML"),
}
OURS = ("mestr", "mestr_documents", "mestr_people", "mestr_plant", "source_tree")
EXTENSION = "mestr._core"  # mestr/__init__.py says how to have it


def missing_module(error: ImportError) -> str | None:
    """One line for the user; None where it is our own code that is wrong."""
    if error.name == EXTENSION:
        return str(error)
    if (error.name or "").split(".")[0] in OURS:
        return None
    missing = _not_found(error)
    if missing not in PACKAGES:
        said = " ".join(str(error).split())
        return f"{sys.executable} cannot import what this needs: {said}"
    debian, pypi = PACKAGES[missing]
    by_apt = f"apt-get install {debian} (for /usr/bin/python3), or " if debian else ""
    return f"{sys.executable} has no module {missing}: {by_apt}python3 -m pip install {pypi}"


def _not_found(error: ImportError) -> str | None:
    """The module that was looked for in vain. pandas tells only in its error's context."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ModuleNotFoundError):
        cause = cause.__cause__ or cause.__context__
    return cause.name if cause else None
