from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def source():
    """The data of this study."""
    return Path(__file__).parents[2] / "data"
