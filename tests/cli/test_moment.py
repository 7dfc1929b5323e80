"""Moments and time zones as they are typed."""

from datetime import UTC

import pytest

from edgekit.cli.moment import to_s, zone_of
from edgekit.errors import ConfigError


@pytest.mark.parametrize(
    "text",
    ["2026-11-30", "2026-11-30T00:00", "2026-11-30T01:00+01:00", "1795996800", "1795996800.9"],
)
def test_a_moment_has_several_spellings(text: str) -> None:
    assert to_s(text) == 1_795_996_800


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "-5", "1795996800000"])
def test_what_is_no_moment_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        to_s(text)
    assert caught.value.hint


def test_a_zone_has_a_name() -> None:
    assert zone_of(None) is UTC
    assert str(zone_of("Europe/Berlin")) == "Europe/Berlin"
    for name in ("Mars", "../etc/passwd", ""):
        with pytest.raises(ConfigError, match="no such time zone"):
            zone_of(name)
