import pytest

from made_up_features import four_subjects


@pytest.fixture(scope="session")
def features(tmp_path_factory):
    """Four subjects with three videos each. To be read only."""
    return four_subjects(tmp_path_factory.mktemp("made") / "features")
