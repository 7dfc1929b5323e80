"""The fields of a record, version 1, as a table; one that is not in it is refused."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from edgekit.errors import VerificationError
from edgekit.provenance import Seal, Source, Users
from edgekit.records import (
    ClockTrust,
    EventName,
    Profile,
    QualityWord,
    Reason,
    Status,
    Trouble,
    Unit,
)
from edgekit.signing.canonical import MAX_INTEGER, JsonValue, shown

VERSION = 1
DAY_S = 86_400

Check = Callable[[JsonValue], bool]


class Rule(NamedTuple):
    """What one field may be: as a check, in words, and as a JSON Schema (draft 2020-12)."""

    check: Check
    wanted: str
    form: Mapping[str, JsonValue]


def require_fields(fields: Mapping[str, JsonValue]) -> None:
    """Raise VerificationError unless these are the fields of a record."""
    kind = fields.get("type")
    schema = SCHEMAS.get(kind) if isinstance(kind, str) else None
    if schema is None:
        raise VerificationError(f"record type {kind!r:.40}: expected aggregate or event")
    units = [unit for unit in _UNITS if unit in fields] if kind == "aggregate" else []
    noisy = bool(units) and fields.get("profile") == Profile.DP
    if wrong := sorted(
        fields.keys() ^ schema.names ^ set(units) ^ (_NOISE.keys() if noisy else set())
    ):
        names = ", ".join(map(shown, wrong))
        raise VerificationError(f"record has missing or unknown fields: {names:.200}")
    try:
        # Most words are the same in every record of a log: each set of them is looked at once.
        fits = _fit(schema, schema.words(fields))
    except TypeError:  # a list or an object where a word should be
        fits = False
    if not fits:
        _require_each(fields, schema.checks)
    _require_each(fields, schema.numbers)
    if kind == "aggregate":
        _require_agreement(fields, units)
    else:
        _require_event(fields)


def _require_each(fields: Mapping[str, JsonValue], checks: Mapping[str, Rule]) -> None:
    for name, (check, wanted, _) in checks.items():
        if not check(fields[name]):
            raise VerificationError(f"record {name} is {fields[name]!r:.80}: expected {wanted}")


@dataclass(frozen=True, eq=False, slots=True)
class Schema:
    """The fields of one type of record: which there are, and what each may be."""

    checks: Mapping[str, Rule]
    names: frozenset[str]
    numbers: Mapping[str, Rule]
    words: Callable[[Mapping[str, JsonValue]], tuple[JsonValue, ...]]

    @classmethod
    def of(cls, words: Mapping[str, Rule], numbers: Mapping[str, Rule]) -> "Schema":
        """Return the schema of a type with these fields."""
        return cls(
            checks={**words, **numbers},
            names=frozenset({*words, *numbers}),
            numbers=numbers,
            words=itemgetter(*words),
        )


@lru_cache(maxsize=1024)
def _fit(schema: Schema, words: tuple[JsonValue, ...]) -> bool:
    rules = (rule for name, rule in schema.checks.items() if name not in schema.numbers)
    return all(rule.check(word) for rule, word in zip(rules, words, strict=True))


def _require_agreement(fields: Mapping[str, JsonValue], units: list[str]) -> None:
    if len(units) != 1:
        found = " and ".join(units) or "none"
        raise VerificationError(f"record has values under {found}: expected one unit")
    counts = fields["profile"] == Profile.DP and units[0] == Unit.COUNT
    _require_each(fields, {units[0]: _NOISY if counts else _VALUE})
    if fields["profile"] == Profile.DP:
        _require_each(fields, _NOISE if counts else dict.fromkeys(_NOISE, _NOTHING))
    released = fields["status"] == Status.RELEASED
    if released != (fields[units[0]] is not None):
        raise VerificationError(f"record is {fields['status']}, but its value says otherwise")
    if not released and fields["reason"] is None:
        raise VerificationError(f"record is {fields['status']} without a reason")
    start, length = fields["window_start_s"], fields["window_s"]
    if isinstance(start, int) and isinstance(length, int) and start % length:
        raise VerificationError(f"record window starts at {start}: off the grid of {length} s")


def _require_event(fields: Mapping[str, JsonValue]) -> None:
    correction = fields["event"] == EventName.CORRECTION
    if (fields["event"] in _NAMING) != (fields["metric"] is not None):
        raise VerificationError(
            f"record of event {fields['event']}: a correction, an alarm and a fault name a metric, "
            "no other event does"
        )
    if fields["event"] in _FAULTS and fields["reason"] not in _TROUBLES:
        raise VerificationError(f"record of event {fields['event']} does not name the fault")
    exact = correction and Profile(str(fields["profile"])).at_home
    if exact != (fields["count"] is not None):
        raise VerificationError(
            f"record of event {fields['event']} under {fields['profile']}: "
            "only a correction under home or local says how many"
        )


def _text(pattern: str, wanted: str) -> Rule:
    compiled = re.compile(pattern)
    return Rule(
        lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None,
        wanted,
        {"type": "string", "pattern": f"^({pattern})$"},
    )


def _one_of(values: type[StrEnum], wanted: str) -> Rule:
    allowed = frozenset(member.value for member in values)
    return Rule(
        lambda value: isinstance(value, str) and value in allowed,
        wanted,
        {"enum": [member.value for member in values]},
    )


def _whole(low: int, high: int, wanted: str) -> Rule:
    return Rule(
        lambda value: type(value) is int and low <= value <= high,
        wanted,
        {"type": "integer", "minimum": low, "maximum": high},
    )


def _uptime(value: JsonValue) -> bool:
    return type(value) is int and value in range(0, 101, 5)


def _or_null(rule: Rule, wanted: str) -> Rule:
    return Rule(
        lambda value: value is None or rule.check(value),
        wanted,
        {"anyOf": [dict(rule.form), {"type": "null"}]},
    )


_FAULTS = frozenset({EventName.FAULT, EventName.CURED})
_NAMING = frozenset({EventName.CORRECTION, EventName.ALARM, *_FAULTS})
_TROUBLES = frozenset(trouble.reason for trouble in Trouble)
_UNITS = tuple(unit.value for unit in Unit)
_KEY_ID = "[0-9a-f]{16}"
_DIGEST = _text("sha256:[0-9a-f]{64}", "sha256: and 64 hex digits")
_SEQUENCE = _whole(0, MAX_INTEGER, "a whole number")
_TIME = _whole(0, MAX_INTEGER, "whole seconds since 1970")
_VALUE = _or_null(_SEQUENCE, "a whole number or null")
_SEAL = _one_of(Seal, "none, partial or sealed")
_NOISY = _or_null(_whole(-MAX_INTEGER, MAX_INTEGER, "an integer"), "an integer or null")
_NOTHING = Rule(lambda value: value is None, "null: only counts carry noise", {"type": "null"})
_METRIC = _text(r"[a-z0-9_-]{1,24}(\.[a-z0-9_-]{1,24}){1,3}", "a dotted name")

_EPSILON = _whole(1, MAX_INTEGER, "thousandths of epsilon, 1 or more")
_NOISE: Mapping[str, Rule] = {"epsilon_milli": _EPSILON, "epsilon_day_milli": _EPSILON}
"""What a record under `dp` says beside the others, of every metric."""

_HEAD_WORDS: Mapping[str, Rule] = {
    "type": _text("aggregate|event", "aggregate or event"),
    "device": _text(_KEY_ID, "16 hex digits"),
    "site": _text("[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "1 to 64 letters, digits, . _ -"),
    "boot": _text("[0-9a-f]{16}", "16 hex digits"),
    "clock": _one_of(ClockTrust, "synced, free or none"),
    "seal": _SEAL,
    "seal_clerk": _SEAL,
    "seal_herald": _SEAL,
    "users": _one_of(Users, "own or same-uid"),
    "source": _one_of(
        Source, "camera, network, file, rendered, meters, thermal_array or microphone"
    ),
    "authorisation": _DIGEST,
    "notice": _DIGEST,
    "authority": _text(f"self|{_KEY_ID}", "a key id or self"),
    "software": _text("[ -~]{1,64}", "1 to 64 printable ASCII characters"),
    "profile": _one_of(Profile, "a profile"),
    "reason": _or_null(_one_of(Reason, "a reason"), "a reason or null"),
}
_HEAD_NUMBERS: Mapping[str, Rule] = {
    "v": _whole(VERSION, VERSION, "version 1"),
    "sequence": _SEQUENCE,
}

SCHEMAS: Mapping[str, Schema] = {
    "aggregate": Schema.of(
        words={
            **_HEAD_WORDS,
            "metric": _METRIC,
            "status": _one_of(Status, "released, suppressed or gap"),
            "quality": _one_of(QualityWord, "good, degraded, blind or untold"),
        },
        numbers={
            **_HEAD_NUMBERS,
            "window_start_s": _TIME,
            "window_s": _whole(1, DAY_S, f"1 to {DAY_S}"),
            "uptime_percent": Rule(
                _uptime,
                "a multiple of 5, 0 to 100",
                {"type": "integer", "minimum": 0, "maximum": 100, "multipleOf": 5},
            ),
        },
    ),
    "event": Schema.of(
        words={
            **_HEAD_WORDS,
            "event": _one_of(EventName, "an event"),
            "digest": _or_null(_DIGEST, "sha256: and 64 hex digits, or null"),
            "metric": _or_null(_METRIC, "a dotted name or null"),
        },
        numbers={**_HEAD_NUMBERS, "t_s": _TIME, "count": _VALUE},
    ),
}


def json_schema(kind: str) -> dict[str, JsonValue]:
    """Return the JSON Schema of a record of this type; one that carries a value has one unit."""
    schema = SCHEMAS[kind]
    forms = {name: dict(rule.form) for name, rule in schema.checks.items()}
    required: list[JsonValue] = [*sorted(schema.names)]
    found: dict[str, JsonValue] = {"type": "object", "required": required}
    if kind == "aggregate":
        forms |= {unit: dict((_NOISY if unit == Unit.COUNT else _VALUE).form) for unit in _UNITS}
        forms |= {name: dict(_or_null(rule, rule.wanted).form) for name, rule in _NOISE.items()}
        one: list[list[JsonValue]] = [[unit] for unit in _UNITS]
        found["oneOf"] = [{"required": names} for names in one]
    forms["type"] = {"const": kind}
    properties: dict[str, JsonValue] = {**forms}
    return found | {"properties": properties, "additionalProperties": False}
