from hypothesis import given
from hypothesis import strategies as st

from edgekit.perception.heat import Footprint


def test_a_cell_is_told_once_a_visit() -> None:
    footprint = Footprint()
    footprint.tread(3)
    footprint.tread(None)
    footprint.tread(11)
    assert footprint.tell() == (3, 11)
    footprint.tread(3)
    footprint.tread(0)
    assert footprint.tell() == (0,)
    assert footprint.tell() == ()


@given(st.lists(st.lists(st.integers(0, 11), max_size=5), max_size=12))
def test_whatever_is_trodden_is_told_once_in_all(treads: list[list[int]]) -> None:
    footprint = Footprint()
    told: list[int] = []
    for cells in treads:
        for cell in cells:
            footprint.tread(cell)
        told += footprint.tell()
    assert sorted(told) == sorted({cell for cells in treads for cell in cells})
