from typing import TYPE_CHECKING

import pytest

from edgekit.config import Settings
from edgekit.errors import (
    ConfigError,
    ConsentError,
    EdgekitError,
    ModelError,
    SealError,
    SensorError,
)
from edgekit.node.processes.mistake import is_mistake

if TYPE_CHECKING:
    from tests.node.conftest import Places

CASES = [
    (SealError, "0", True, True),
    (SensorError, "0", True, False),
    (SensorError, "rtsp://camera/1", True, False),
    (SensorError, "street.mp4", True, True),
    (ModelError, "0", True, False),
    (ConfigError, "0", True, False),
    (ConsentError, "0", False, False),
    (EdgekitError, "0", False, False),
]


@pytest.mark.parametrize(("kind", "source", "at_first", "later"), CASES)
def test_what_ends_the_node(
    places: "Places", kind: type[EdgekitError], source: str, at_first: bool, later: bool
) -> None:
    settings = Settings.load(places.make(source=source).settings)

    assert is_mistake(kind("no"), settings, has_seen=False) is at_first
    assert is_mistake(kind("no"), settings, has_seen=True) is later
