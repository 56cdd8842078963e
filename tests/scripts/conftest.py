import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))


@pytest.fixture(scope="session")
def features(tmp_path_factory):
    """Four subjects with three videos each. To be read only."""
    from made_up_features import four_subjects

    return four_subjects(tmp_path_factory.mktemp("made") / "features")
