"""Warm or not: never without a right black body, and nothing of anybody is kept."""

import math
from collections.abc import Sequence
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.records import Decided
from edgekit.systems.actuation import Safe
from edgekit.systems.decision import Decision
from edgekit.systems.persistence import to_json
from edgekit.systems.temperature import (
    SIGN,
    Passage,
    Settings,
    Shot,
    State,
    answer,
    begin,
    step,
)

START = 1_780_272_000_000
READY = START + 20 * 60_000
QUIET = Shot(t_ms=START, face_c=None, reference_c=35.0, ambient_c=21.0)


def ready() -> State:
    state, _ = step(begin(Settings()), QUIET)
    state, _ = step(state, replace(QUIET, t_ms=READY, reference_c=35.01))
    return state


def shots(face_c: Sequence[float | None], *, reference_c: float | None = 35.03) -> list[Shot]:
    return [
        Shot(t_ms=READY + 1000 * (k + 1), face_c=one, reference_c=reference_c, ambient_c=21.0)
        for k, one in enumerate(face_c)
    ]


def run(state: State, seen: Sequence[Shot]) -> tuple[State, list[Decision]]:
    told: list[Decision] = []
    for shot in seen:
        state, more = step(state, shot)
        told += more
    return state, told


def whats(told: Sequence[Decision]) -> list[str]:
    return [one.what for one in told]


@pytest.mark.parametrize(
    ("face_c", "what"), [(36.6, "warm"), (36.5, "passed"), (35.0, "passed"), (38.0, "warm")]
)
def test_a_passage_is_warm_or_not(face_c: float, what: str) -> None:
    """36.55 °C of a face and 0.95 K to the mouth are 37.5 °C."""
    _, told = run(ready(), shots([face_c, face_c, None], reference_c=35.0))

    assert whats(told) == [what]
    assert isinstance(told[0], Passage)
    assert told[0].warm is (what == "warm")


def test_the_cameras_error_on_the_black_body_is_taken_off() -> None:
    too_warm = run(ready(), shots([36.65, None], reference_c=35.15))[1]
    too_cold = run(ready(), shots([36.45, None], reference_c=34.85))[1]

    assert whats(too_warm) == ["passed"]
    assert whats(too_cold) == ["warm"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reference_c": None}, "no black body"),
        ({"reference_c": math.nan}, "no black body"),
        ({"reference_c": 35.21}, "too warm by more than 0.2 K"),
        ({"reference_c": 34.79}, "too cold by more than 0.2 K"),
        ({"reference_c": 0.0}, "too cold"),
        ({"ambient_c": 31.0}, "outside of 18 to 26"),
        ({"t_ms": START + 60_000}, "older"),
    ],
    ids=str,
)
def test_table_of_faults_in_which_nobody_is_screened(
    change: dict[str, float | None], said: str
) -> None:
    seen = [replace(shot, **change) for shot in shots([38.0, 38.0, None])]

    _, told = run(ready(), seen)

    assert said in told[0].reason
    assert not any(isinstance(one, Passage) for one in told)


def test_a_camera_that_stands_is_not_believed() -> None:
    _, told = run(ready(), shots([36.0] * 80))

    assert "stands at 35.03" in told[-1].reason


@pytest.mark.parametrize(
    ("k_per_min", "what"), [(0.15, ["refused"]), (-0.15, ["refused"]), (0.05, [])]
)
def test_a_black_body_that_drifts_is_refused_before_it_is_off(
    k_per_min: float, what: list[str]
) -> None:
    seen = [
        replace(QUIET, t_ms=READY + 1000 * k, reference_c=35.0 - k_per_min + k_per_min * k / 60)
        for k in range(1, 125)
    ]
    _, told = run(ready(), seen)
    assert whats(told) == what
    assert all("drifts by more than 0.1 K" in one.reason for one in told)


@pytest.mark.parametrize("change", [{"uneven_k": 0.3}, {}], ids=["points", "noise"])
def test_a_poor_array_is_refused(change: dict[str, float]) -> None:
    state, _ = step(begin(Settings(warm_up_ms=0, **change)), replace(QUIET, noise_k=0.2))
    _, told = run(state, [replace(QUIET, t_ms=START + 1000, noise_k=0.3)])
    assert state.refused is (Decided.POOR_ARRAY if change else Decided.READY)
    assert whats(told) == ([] if change else ["refused"])


def test_the_noisier_an_array_the_longer_it_looks() -> None:
    """Two standard errors of the mean have to be within 0.2 K: of 0.25 K that takes 7 looks."""
    noisy = [
        replace(QUIET, t_ms=READY + 500 * k, reference_c=35.0, face_c=38.0, noise_k=0.25)
        for k in range(1, 25)
    ]
    state, told = run(ready(), noisy)
    assert [(one.what, one.t_ms) for one in told] == [("warm", READY + 500 * 7)]
    _, told = run(ready(), [*noisy[:6], replace(QUIET, t_ms=READY + 4000, reference_c=35.0)])
    assert whats(told) == ["unsure"]
    assert state.screened == 1


def test_two_at_once_are_not_screened_and_a_moment_of_two_is_one() -> None:
    two = [replace(shot, faces=2) for shot in shots([38.0] * 4)]
    crowd, told = run(ready(), [*two, *shots([None] * 6)[4:]])
    assert (whats(told), crowd.screened) == (["crowd"], 0)
    for_a_moment = [
        replace(shot, t_ms=READY + 100 * k) for k, shot in enumerate(shots([38.0] * 20), 1)
    ]
    for_a_moment[2] = replace(for_a_moment[2], faces=2)
    assert whats(run(ready(), for_a_moment)[1]) == ["warm"]


def test_a_warm_one_lights_the_sign_and_nothing_else_does() -> None:
    settings = Settings(sign_ms=5_000)
    lit = {word: answer(settings, word) for word in Decided}
    command = lit.pop(Decided.WARM)
    assert command is not None
    assert (command.channel, command.value, command.expires_ms) == (SIGN.name, 1, 5_000)
    assert (command.safe, SIGN.safe_value) == (Safe.OFF, 0)
    dark = {word for word, one in lit.items() if one is not None}
    assert dark == {Decided.NOT_WARM, Decided.CROWD, Decided.UNSURE}
    assert {one.value for one in lit.values() if one is not None} == {0}
    for face_c, value in ((38.0, 1), (35.0, 0)):
        ordered = run(ready(), shots([face_c, face_c, None]))[1][0].command
        assert ordered is not None
        assert ordered.value == value


def test_while_it_warms_up_nobody_is_screened() -> None:
    seen = [replace(QUIET, t_ms=START + 1000 * k, face_c=38.0) for k in range(3)]

    _, told = run(begin(Settings()), seen)

    assert whats(told) == ["refused"]


def test_an_error_within_a_passage_ends_it_without_a_word() -> None:
    first, second = shots([38.0, 38.0])

    state, told = run(ready(), [first, replace(second, reference_c=36.0)])

    assert (state.shots, whats(told)) == (0, ["refused"])


def test_the_days_counts_and_nothing_else_are_kept() -> None:
    state, _ = run(ready(), shots([36.1, 36.2, None, 38.0, None]))

    assert (state.screened, state.warm) == (2, 1)
    kept = to_json(state)
    assert b"36.1" not in kept
    assert b"38.0" not in kept
    assert {one.name for one in fields(Passage)} - {one.name for one in fields(Decision)} == {
        "word"
    }

    tomorrow = Shot(t_ms=READY + 86_400_000, face_c=None, reference_c=35.02)
    state, told = step(state, tomorrow)
    assert "1 of 2 were warm" in told[0].reason
    assert state.screened == 0


def test_two_people_a_moment_apart_are_two() -> None:
    first, second = shots([35.0, 38.0])

    _, told = run(
        ready(), [first, replace(second, t_ms=second.t_ms + 5000), *shots([None] * 9)[8:]]
    )

    assert whats(told) == ["passed", "warm"]


@pytest.mark.parametrize("bad", [{"most_off_k": 0.0}, {"most_off_k": 0.9}, {"stuck_shots": 1}])
def test_doors_that_cannot_be(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="a door"):
        Settings(**bad)


value = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(34.5, 35.5)


@given(st.lists(st.tuples(st.integers(-5, 9), value, value), max_size=40))
def test_no_passage_without_a_right_black_body(
    readings: list[tuple[int, float | None, float | None]],
) -> None:
    state, t_ms, right = ready(), READY, False
    for seconds, face_c, reference_c in readings:
        t_ms += seconds * 1000
        state, told = step(state, Shot(t_ms=t_ms, face_c=face_c, reference_c=reference_c))
        if any(isinstance(one, Passage) for one in told):
            assert right
        right = right or (reference_c is not None and abs(reference_c - 35) <= 0.2)
