import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.geometry import DWELL_CLASSES, DWELL_EDGES_S, dwell_class


@pytest.mark.parametrize(
    ("ms", "name"),
    [
        (0, "under_30s"),
        (29_999, "under_30s"),
        (30_000, "30s_2min"),
        (119_999, "30s_2min"),
        (120_000, "2min_5min"),
        (300_000, "5min_15min"),
        (899_999, "5min_15min"),
        (900_000, "over_15min"),
        (10**12, "over_15min"),
        (-5, "under_30s"),
    ],
)
def test_a_stay_belongs_to_the_class_whose_edge_it_reached(ms: int, name: str) -> None:
    assert DWELL_CLASSES[dwell_class(ms)] == name


@given(st.integers(0, 10**9))
def test_every_stay_lies_between_the_edges_of_its_class(ms: int) -> None:
    index = dwell_class(ms)
    assert DWELL_EDGES_S[index] <= ms / 1000 < DWELL_EDGES_S[index + 1]


def test_there_is_a_class_between_any_two_edges() -> None:
    assert len(DWELL_CLASSES) == len(set(DWELL_CLASSES)) == len(DWELL_EDGES_S) - 1
    assert list(DWELL_EDGES_S) == sorted(DWELL_EDGES_S)
