"""Every parser gives a value or an error of ours, whatever it is given: hypothesis here, and
atheris for longer by ``make fuzztrust``.
"""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def loaded() -> ModuleType:
    path = Path(__file__).with_name("parsers.py")
    spec = importlib.util.spec_from_file_location("fuzzed_parsers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FUZZ = loaded()
SEEDS = FUZZ.seeds()


@st.composite
def altered(draw: st.DrawFn) -> bytes:
    """A good one with some bytes changed, cut out or put in."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.integers(0, 3))
        data[at : at + cut] = draw(st.binary(max_size=3) | st.sampled_from([b"\n", b'"', b"="]))
    return bytes(data)


@pytest.mark.parametrize("name", FUZZ.PARSERS)
@settings(max_examples=60)
@given(data=altered() | st.binary(max_size=200))
def test_a_value_or_an_error_of_ours(name: str, data: bytes) -> None:
    FUZZ.holds(FUZZ.PARSERS[name], data)


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_what_is_good_is_read_by_somebody(seed: int) -> None:
    read = 0
    for parse in FUZZ.PARSERS.values():
        try:
            parse(SEEDS[seed])
        except FUZZ.EdgekitError:
            continue
        read += 1
    assert read > len(FUZZ.ANYTHING)
