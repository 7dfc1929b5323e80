import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from edgekit.perception.assignment import UNPAIRED, Edge, assign

GRAPHS = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)),
    st.one_of(st.floats(-0.5, 1.5), st.sampled_from((0.0, 0.25, 0.5, 1.0))),
    max_size=40,
)


def total(edges: list[Edge], pairs: dict[int, int]) -> float:
    costs = {(row, column): cost for row, column, cost in edges}
    rows = {row for row, _, _ in edges}
    return sum(costs[row, pairs[row]] if row in pairs else UNPAIRED for row in rows)


def least(edges: list[Edge]) -> float:
    """The same by a well-known solver: staying alone is a column of one's own."""
    rows = sorted({row for row, _, _ in edges})
    columns = sorted({column for _, column, _ in edges})
    matrix = np.full((len(rows), len(columns) + len(rows)), 1e3)
    matrix[:, len(columns) :] = UNPAIRED
    for row, column, cost in edges:
        matrix[rows.index(row), columns.index(column)] = cost
    return float(matrix[linear_sum_assignment(matrix)].sum())


@given(GRAPHS)
def test_no_other_pairing_costs_less(graph: dict[tuple[int, int], float]) -> None:
    edges = [(row, column, cost) for (row, column), cost in graph.items()]
    pairs = assign(edges)

    assert len(set(pairs.values())) == len(pairs)
    assert all(graph[pair] < UNPAIRED for pair in pairs.items())
    assert abs(total(edges, pairs) - least(edges)) < 1e-9


def test_a_crowd_in_one_place_is_paired_at_least_cost() -> None:
    costs = np.random.default_rng(0).uniform(0, 1.1, (60, 50))
    edges = [(row, column, float(costs[row, column])) for row in range(60) for column in range(50)]

    assert abs(total(edges, assign(edges)) - least(edges)) < 1e-9


def test_two_who_want_the_same_are_both_served_where_that_costs_less() -> None:
    assert assign([(0, 0, 0.1), (0, 1, 0.2), (1, 0, 0.15)]) == {0: 1, 1: 0}


def test_a_pair_that_costs_as_much_as_none_is_not_made() -> None:
    assert assign([(3, 4, UNPAIRED)]) == {}
    assert assign([]) == {}
