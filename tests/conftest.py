"""What every test may use."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture
def shared_data() -> Path:
    """The shared test data folder; skips where it is absent."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("shared test data absent")
    return folder


@pytest.fixture
def shared_models() -> Path:
    """The shared model files; skips where they are absent."""
    folder = SHARED / "models"
    if not folder.is_dir():
        pytest.skip("shared model files absent")
    return folder
