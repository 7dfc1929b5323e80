"""The door locks nobody in: over every state and every input, not over some."""

import itertools
from collections.abc import Iterator

import pytest

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Safe
from edgekit.systems.building_entry import (
    DOOR,
    EXIT_MS,
    HOLD_MS,
    MOST_TOKENS,
    SILENT_MS,
    Entry,
    Grant,
    Inputs,
    Lock,
    Phase,
    Seen,
    Withdrawal,
    consent,
    digest_of,
    look,
    turn,
)
from edgekit.systems.decision import Decision, Severity
from edgekit.testing.actuator import FakeActuator
from edgekit.testing.fakes import FakeClock

WIRES = (None, False, True)
STEPS_MS = (-1000, 0, 1000, SILENT_MS, SILENT_MS + 1)
ALL = tuple(
    Inputs(exit_asked=exit_asked, fire=fire, token=token, reset=reset)
    for exit_asked, fire, token, reset in itertools.product(
        WIRES, WIRES, (False, True), (False, True)
    )
)
TOKEN = digest_of("5f2c9a1be07d4463")


def reachable() -> set[Lock]:
    """Every state that any sequence of inputs leads to, from the beginning."""
    known, fresh = {Lock()}, [Lock()]
    while fresh:
        lock = fresh.pop()
        for inputs, elapsed_ms in itertools.product(ALL, STEPS_MS):
            after = turn(lock, inputs, elapsed_ms)
            if after not in known:
                known.add(after)
                fresh.append(after)
    return known


@pytest.fixture(scope="module")
def every() -> list[tuple[Lock, Inputs, int, Lock]]:
    """Every transition of every state."""
    return [
        (lock, inputs, elapsed_ms, turn(lock, inputs, elapsed_ms))
        for lock in reachable()
        for inputs, elapsed_ms in itertools.product(ALL, STEPS_MS)
    ]


def held(every: list[tuple[Lock, Inputs, int, Lock]]) -> Iterator[tuple[Lock, Inputs, int]]:
    return ((lock, inputs, ms) for lock, inputs, ms, after in every if after.held)


def test_all_states_are_seen(every: list[tuple[Lock, Inputs, int, Lock]]) -> None:
    locks = {lock for lock, _, _, _ in every}

    assert {lock.phase for lock in locks} == set(Phase)
    assert len(locks) == 3 + 5 + EXIT_MS // 1000  # held, alarm, doubt; 5 of entry, 30 of exit
    assert len(every) == len(locks) * len(ALL) * len(STEPS_MS)


def test_it_is_held_only_while_all_that_frees_it_is_known(
    every: list[tuple[Lock, Inputs, int, Lock]],
) -> None:
    for lock, inputs, elapsed_ms in held(every):
        assert inputs.exit_asked is False  # who asks to go out goes out, from every state
        assert inputs.fire is False
        assert 0 <= elapsed_ms <= SILENT_MS
        assert lock.phase is not Phase.ALARM or inputs.reset


def test_a_token_never_holds_what_would_be_free_without_it(
    every: list[tuple[Lock, Inputs, int, Lock]],
) -> None:
    for lock, inputs, elapsed_ms in held(every):
        assert not inputs.token
        plain = Inputs(exit_asked=inputs.exit_asked, fire=inputs.fire, reset=inputs.reset)
        assert turn(lock, plain, elapsed_ms).held


def test_an_alarm_lasts_until_a_person_resets_it(
    every: list[tuple[Lock, Inputs, int, Lock]],
) -> None:
    for lock, inputs, _, after in every:
        if lock.phase is Phase.ALARM and not inputs.reset:
            assert after.phase is Phase.ALARM
        if inputs.fire:
            assert after.phase is Phase.ALARM


def test_who_asked_has_half_a_minute() -> None:
    lock, quiet = Lock(), Inputs(exit_asked=False, fire=False)
    lock = turn(lock, Inputs(exit_asked=True, fire=False), 1000)
    free = [not (lock := turn(lock, quiet, 1000)).held for _ in range(31)]

    assert free == [True] * 29 + [False] * 2


def run(looks: list[Seen], entry: Entry | None = None) -> tuple[Entry, list[Decision]]:
    entry, told = entry or Entry(), list[Decision]()
    for seen in looks:
        entry, more = look(entry, seen)
        told += more
    return entry, told


def seen(t_s: int, **more: object) -> Seen:
    return Seen(t_ms=t_s * 1000, **({"exit_asked": False, "fire": False} | more))  # type: ignore[arg-type] -- any fields


def test_every_hold_ends_by_itself_when_the_program_dies() -> None:
    clock = FakeClock(0)
    door = FakeActuator(DOOR, clock)
    _, told = run([seen(0), seen(2), seen(4)])
    for one in told:
        clock.t_ms = one.t_ms
        door.give(one.command)

    assert (DOOR.safe, door.value) == (Safe.OPEN, 0)
    clock.t_ms = 4000 + HOLD_MS
    assert door.value == 1


@pytest.mark.parametrize(
    ("looks", "phase", "said"),
    [
        ([seen(0), seen(2)], Phase.HELD, set()),
        ([seen(0), seen(2), seen(2)], Phase.HELD, {"fault.repeated"}),
        ([seen(0), seen(2), seen(1)], Phase.DOUBT, {"fault.clock_back"}),
        ([seen(0), seen(2), seen(60)], Phase.DOUBT, {"fault.missing"}),
        ([seen(0), seen(2, exit_asked=None)], Phase.DOUBT, set()),
        ([seen(0), seen(2, fire=None)], Phase.DOUBT, set()),
        ([seen(0), seen(2, fire=True), seen(4)], Phase.ALARM, set()),
        ([seen(0), seen(2, fire=True), seen(4, reset=True)], Phase.HELD, set()),
        ([seen(0), seen(2, token=TOKEN)], Phase.HELD, {"refused"}),
        ([seen(0), seen(2), seen(4, opened=True)], Phase.HELD, {"forced"}),
        ([seen(0, passages=65_535), seen(2, passages=1)], Phase.HELD, {"fault.rolled_over"}),
        ([seen(0, passages=5), seen(2, passages=900)], Phase.HELD, {"fault.meter_swapped"}),
        ([seen(0, passages=5), seen(2, passages=70_000)], Phase.HELD, {"fault.out_of_range"}),
    ],
    ids=[str(number) for number in range(13)],
)
def test_table_of_bad_input(looks: list[Seen], phase: Phase, said: set[str]) -> None:
    entry, told = run(looks)

    assert entry.lock.phase is phase
    assert {one.what for one in told if not one.what.startswith("door.")} == said
    assert all(one.reason for one in told)


def test_a_roll_over_loses_nobody() -> None:
    assert run([seen(0, passages=65_535), seen(2, passages=1)])[0].came == 2


def test_consent_opens_and_its_end_does_not() -> None:
    entry, _ = consent(Entry(), Grant(t_ms=0, token=TOKEN, until_ms=60_000))
    entry, _ = run([seen(0), seen(2, token=TOKEN)], entry)
    assert (entry.lock.phase, entry.came) == (Phase.ENTRY, 1)

    gone, _ = consent(entry, Withdrawal(t_ms=9000, token=TOKEN))
    assert TOKEN not in gone.tokens
    over, told = run([seen(59), seen(60, token=TOKEN)], entry)
    assert over.lock.phase is Phase.HELD
    assert not [one for one in told if TOKEN in one.reason]  # which one it was is never told


def test_consents_are_bounded_and_tokens_can_not_be_guessed() -> None:
    entry = Entry(tokens={str(number): 99 for number in range(MOST_TOKENS)})
    after, refused = consent(entry, Grant(t_ms=0, token=TOKEN, until_ms=60_000))

    assert TOKEN not in after.tokens
    assert refused.severity is Severity.UNKNOWN
    with pytest.raises(ConfigError, match="16 or more"):
        digest_of("alice")
