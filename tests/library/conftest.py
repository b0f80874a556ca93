import pytest

from reanalysis.example import FOLDER


@pytest.fixture(scope="session")
def source():
    """The data of the made-up study that the library brings."""
    return FOLDER
