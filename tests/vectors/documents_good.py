"""Documents that must be accepted: one of each kind, and what may be changed in it."""

import json
from dataclasses import replace
from typing import Any

from samples import AGGREGATE, EVENT, NOISY

from edgekit.consent.authorisation import draft
from edgekit.consent.enrolled import ConsentRecord
from edgekit.consent.enrolment import PURPOSES, Service, State
from edgekit.consent.lease import Lease
from edgekit.consent.objection import Objection, Word
from edgekit.consent.receipt import Receipt
from edgekit.consent.terms import Controller, Purpose, Schedule
from edgekit.consent.view import View
from edgekit.geometry import Line, Zone
from edgekit.records import EventName, Profile, Reason

Change = dict[str, Any]
Documents = dict[str, dict[str, Any]]

NAMING = (EventName.CORRECTION, EventName.ALARM, EventName.FAULT, EventName.CURED)
VIEW = View(
    width=640,
    height=480,
    lines=(Line("middle", (320, 460), (320, 100)),),
    zones=(Zone("square", ((60, 120), (580, 120), (580, 460))),),
)
CITY = Controller(name="City of Lindenau", contact="streets@lindenau.example", dpo="dpo@l.example")
FROM_S = 1_795_392_000
PLAZA = replace(
    draft("plaza", profile=Profile.SDC_10_5, view=VIEW, window_s=900, valid_from_s=FROM_S),
    controller=CITY,
    purposes=(Purpose(id="how-busy", text="to know when the square is crowded"),),
    place="the market square",
    dpia_reference="lindenau.example/dpia/12",
    objection="0341 555 011",
    supervisory_authority="Data Protection Commissioner, Dresden",
    notice_url="https://lindenau.example/camera/plaza",
    schedule=Schedule(from_utc_minute=360, to_utc_minute=1320),
    notice_digest="",
)
HOME = draft("home", profile=Profile.LOCAL, view=VIEW, window_s=60, valid_from_s=FROM_S)


def consent(service: Service) -> ConsentRecord:
    purpose, data = PURPOSES[service]
    return ConsentRecord(
        record_id="0f" * 16,
        pii_principal_id="a1" * 16,
        site="home",
        service=service,
        purpose=purpose,
        privacy_notice=HOME.notice_digest,
        language="en",
        pii_controller=Controller(name="the people who live here", contact="knock on the door"),
        pii_information=data,
        retention_period="P1Y",
        jurisdiction="EU",
        withdrawal_method="edgekit consent withdraw, at the device",
        authority_party="Data Protection Commissioner, Dresden",
        workplace_reason=None,
        given_s=FROM_S,
        event_time_s=FROM_S,
        event_state=State.GIVEN,
        valid_to_s=FROM_S + 365 * 86_400,
    )


GIVEN = consent(Service.HOME)
WISH = Objection.about(PLAZA, Word.PAUSE, t_s=FROM_S, minutes=30)
BASES: Documents = {
    "authorisation": json.loads(PLAZA.to_payload()),
    "home": json.loads(HOME.to_payload()),
    "notice": json.loads(PLAZA.meaning()),
    "consent": json.loads(GIVEN.to_payload()),
    "receipt": json.loads(Receipt.of(GIVEN).to_payload()),
    "lease": dict(Lease.grant(7, FROM_S * 1000, version=2).to_json()),
    "objection": json.loads(WISH.to_payload()),
    "aggregate": dict(AGGREGATE),
    "noisy": dict(NOISY),
    "event": dict(EVENT),
}
"""By name; `home` is read as an authorisation and `noisy` as an aggregate."""

KINDS = {"home": "authorisation", "noisy": "aggregate"}

INTERESTS = {"lawful_basis": "A6-1-f", "legitimate_interests": "to keep the door from jamming"}
ROOM = {
    "name": "hall",
    "doors": [{"line": "middle", "inward": "in"}],
    "max_dwell_min": 720,
    "closes_utc_minute": None,
    "capacity": None,
}
GROUND = {
    "points": [[0, 0], [640, 0], [640, 480], [0, 480]],
    "cm": [[0, 0], [1000, 0], [1000, 1000], [0, 1000]],
}
NO_VIEW = {"lines": [], "zones": []}
LIGHT = [
    {"metric": "light.illuminance", "profile": "sdc-10-5", "window_s": 900, "recipients": ["all"]}
]

DECISION = {
    "system": "temperature",
    "exemption": "A9-2-i",
    "law": "the infection protection act, section 28",
    "otherwise": "take the side door",
}


def decided(**changes: object) -> Change:
    """Return a door at which the eye decides who is asked to a thermometer."""
    return {
        **NO_VIEW,
        "sensors": [{"kind": "thermal_array", "model": "MLX90640"}],
        "outputs": [LIGHT[0] | {"metric": "temperature.warm", "window_s": 86_400}],
        "covered_preview": False,
        "decisions": [DECISION | changes],
    }


ACCEPTED: dict[str, dict[str, Change]] = {
    "authorisation": {
        "as it stands": {},
        "the second version": {"version": 2},
        "the last version of all": {"version": 2**31 - 1},
        "with a processor": {"processor": "Counting Ltd, Dresden"},
        "by legitimate interests": INTERESTS,
        "all day": {"schedule": None},
        "over midnight": {"schedule": {"from_utc_minute": 1320, "to_utc_minute": 360}},
        "no page of its own": {"notice_url": None},
        "a lamp that shows who is there": {"lamp": True},
        "a decision on the spot, with its reason": decided(),
        "no officer": {"controller/dpo": None},
        "three purposes": {
            "purposes": [{"id": f"p{n}", "text": f"reason {n}"} for n in range(3)],
        },
        "one model only": {"model_digests": ["sha256:" + "a" * 64]},
        "no assessment, with the reason": {
            "dpia_reference": None,
            "dpia_not_required": "one door, 12 people a day",
        },
        "kept for a month": {"aggregate_retention": "P1M"},
        "kept for a year and a half": {"aggregate_retention": "P1Y6M"},
        "24 months": {"valid_to_s": FROM_S + 731 * 86_400},
        "a view with a room": {"rooms": [ROOM]},
        "a view with the ground": {"ground": GROUND},
        "only light": {**NO_VIEW, "outputs": LIGHT},
        "letters of every script": {"place": "площадь · 市場 · ساحة"},
        "text of 600 characters": {"place": "a" * 600},
        "eight recipients": {"outputs": [LIGHT[0] | {"recipients": [f"r{n}" for n in range(8)]}]},
    },
    "home": {
        "as it stands": {},
        "without a covered picture": {"covered_preview": False},
        "nothing but light": {"outputs": [LIGHT[0] | {"profile": "local", "recipients": []}]},
        "named by an authority": {"supervisory_authority": "the one of the country"},
    },
    "notice": {
        "as it stands": {},
        "by legitimate interests": INTERESTS,
        "all day": {"schedule": None},
        "another place": {"place": "the station"},
        "no page of its own": {"notice_url": None},
    },
    "consent": {
        "as it stands": {},
        "withdrawn an hour later": {
            "event_state": "dpv:ConsentWithdrawn",
            "event_time_s": FROM_S + 3600,
        },
        "withdrawn at once": {"event_state": "dpv:ConsentWithdrawn"},
        "of a driver": json.loads(consent(Service.DROWSINESS).to_payload()),
        "of a driver at work, with the reason": {
            **json.loads(consent(Service.DROWSINESS).to_payload()),
            "workplace_reason": "a driver's own wish, and the cab without it stays open to them",
        },
        "at a door": json.loads(consent(Service.ENTRY).to_payload()),
        "for a day": {"valid_to_s": FROM_S + 86_400},
        "in German": {"language": "de"},
    },
    "receipt": {
        "as it stands": {},
        "of a withdrawal": {"event_state": "dpv:ConsentWithdrawn", "event_time_s": FROM_S + 9},
        "of a driver": {"service": "drowsiness", "purpose": "dpv:EnforceSecurity"},
        "at a door": {"service": "entry", "purpose": "dpv:EnforceAccessControl"},
    },
    "lease": {
        "as it stands": {},
        "the first": {"serial": 0},
        "the last number": {"serial": 2**32 - 1},
        "of no length": {"expires_ms": FROM_S * 1000},
        "a stop": {"kind": "stop", "expires_ms": FROM_S * 1000},
    },
    "objection": {
        "as it stands": {},
        "a pause without an end": {"minutes": None},
        "a pause of a year": {"minutes": 366 * 1440},
        **{f"to {word}": {"word": word.value, "minutes": None} for word in Word},
        "of another document": {"authorisation": "sha256:" + "b" * 64},
    },
    "aggregate": {
        "as it stands": {},
        "a gap": {"status": "gap", "count": None, "reason": "view_covered"},
        "suppressed": {"status": "suppressed", "count": None, "reason": "below_threshold"},
        "a clock that runs free": {"clock": "free"},
        "seen for half the time": {"uptime_percent": 50},
    },
    "noisy": {"as it stands": {}, "below zero by much": {"count": -40}},
    "event": {
        "as it stands": {},
        **{
            f"event {name.value}": {"event": name.value} for name in EventName if name not in NAMING
        },
        **{f"reason {reason.value}": {"reason": reason.value} for reason in list(Reason)[:6]},
        "a correction": {"event": "correction", "metric": "room.hall.people", "count": 2},
        "an alarm": {"event": "alarm", "metric": "fire.alarm"},
        "a fault": {"event": "fault", "metric": "air.faults", "reason": "stuck"},
        "its end": {"event": "cured", "metric": "air.faults", "reason": "stuck"},
        "about a document": {"event": "authorised", "digest": "sha256:" + "c" * 64},
    },
}
