"""What leaves of a system's step, before the gate: numbers, troubles and alarms of its decisions.

    told = tell("water", before, after, decisions)
    told.added, told.levels, told.troubles

Pure, and a table: one function a system. Its keys are those of `edgekit.consent.systems`.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from edgekit.consent.sensitivity import Fold
from edgekit.consent.systems import ALARMS, told_of
from edgekit.records import Aspect, Trouble
from edgekit.systems.air import index_of
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.vitals import HARMLESS, Fault, Vital
from edgekit.systems.water_leak_home import running_l_per_h

_ADDED = (Fold.SUM, Fold.TOTAL)
_MINUTE_MS = 60_000

Numbers = Iterator[tuple[str, int | None]]
Teller = Callable[[Any, Any, Sequence[Decision]], Numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one step told.

    Attributes:
        added: what came on top of what adds up, by measure.
        levels: what is known now, by measure; None = not known.
        troubles: what is wrong from now on, or no more (False).
        alarms: how many alarms began.
        aspect: what a signal shows now; None where there is none.
    """

    added: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[str, int | None] = field(default_factory=dict)
    troubles: tuple[tuple[Trouble, bool], ...] = ()
    alarms: int = 0
    aspect: Aspect | None = None


def tell(name: str, before: Any, after: Any, decisions: Sequence[Decision]) -> Told:  # noqa: ANN401 -- states of any system
    """Return what a step of a system told."""
    numbers = dict(TELLERS[name](before, after, decisions))
    measures = told_of(name)
    alarms = sum(one.severity is Severity.ALARM for one in decisions)
    if "faults" in measures:
        numbers["faults"] = faulty(after, decisions)
    for what in ALARMS:
        if what in measures:
            numbers[what] = alarms
    added = {what for what in numbers if measures[what].fold in _ADDED}
    return Told(
        added={what: numbers[what] or 0 for what in added},
        levels={what: value for what, value in numbers.items() if what not in added},
        troubles=tuple(_troubles(decisions)),
        alarms=alarms,
        aspect=getattr(after, "aspect", None),
    )


def faulty(state: Any, decisions: Sequence[Decision] = ()) -> int:  # noqa: ANN401 -- of any system
    """Return how many sensors of a system are out of order now."""
    sick = sum(any(fault not in HARMLESS for fault in one.faults) for one in _vitals(state))
    told = sum(one.severity is Severity.FAULT for one in decisions)
    fault = getattr(state, "fault", None)
    return max(sick, min(told, 1), int(isinstance(fault, Fault) and fault not in HARMLESS))


def _vitals(value: object) -> Iterator[Vital]:
    if isinstance(value, Vital):
        yield value
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from _vitals(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _vitals(item)
    elif isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
        for item in value:
            yield from _vitals(item)


def _troubles(decisions: Sequence[Decision]) -> Iterator[tuple[Trouble, bool]]:
    for one in decisions:
        word, _, fault = one.what.partition(".")
        known = fault.upper() in Trouble.__members__
        if known and (word == "cleared" or (word, one.severity) == ("fault", Severity.FAULT)):
            yield Trouble[fault.upper()], word == "fault"


def _water(before: Any, after: Any, _: Sequence[Decision]) -> Numbers:  # noqa: ANN401 -- its states
    yield "volume", after.known_ml - before.known_ml


def _water_leak(_: Any, after: Any, __: Sequence[Decision]) -> Numbers:  # noqa: ANN401 -- its states
    leaking = after.home.leaking and after.home.hours
    yield "home", round(running_l_per_h(after.settings.home, after.home.hours)) if leaking else 0


def _irrigation(before: Any, after: Any, _: Sequence[Decision]) -> Numbers:  # noqa: ANN401 -- its states
    yield "et", round(1000 * after.et_mm[-1]) if after.et_mm else None
    # A new day begins at nothing given.
    yield "water", max(0, round(1000 * after.given_mm) - round(1000 * before.given_mm))


def _air(_: Any, after: Any, __: Sequence[Decision]) -> Numbers:  # noqa: ANN401 -- its states
    index = index_of(after)
    yield "aqi", None if index is None else index.us_aqi
    yield "caqi", None if index is None else index.caqi
    yield "co2", None if index is None else index.co2_ppm


def _dispenser(before: Any, after: Any, _: Sequence[Decision]) -> Numbers:  # noqa: ANN401 -- its states
    yield "visits", max(0, after.visits - before.visits)
    yield "stock", after.stock


def _building(before: Any, after: Any, _: Sequence[Decision]) -> Numbers:  # noqa: ANN401 -- its states
    minutes, earlier = after.occupied_ms // _MINUTE_MS, before.occupied_ms // _MINUTE_MS
    yield "occupied", minutes - earlier if minutes >= earlier else minutes
    came, before_ = after.entry.came, before.entry.came  # a new day begins at nobody
    yield "came", came - before_ if came >= before_ else came


def _nothing(_: Any, __: Any, ___: Sequence[Decision]) -> Numbers:  # noqa: ANN401 -- any states
    yield from ()


TELLERS: Mapping[str, Teller] = {
    "air": _air,
    "building": _building,
    "crowd": _nothing,  # of its warning, an alarm: how many there are are numbers of a zone
    "dispenser": _dispenser,
    "fire": _nothing,  # its alarms and faults are told of every system alike
    "irrigation": _irrigation,
    "traffic": _nothing,  # its passages are the eye's; by its signal the clerk tells who is on red
    "water": _water,
    "water_leak": _water_leak,
    "water_quality": _nothing,
}
"""The systems that the node's steward runs."""
