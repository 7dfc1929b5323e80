"""Documents that must be refused: what is changed in a good one, and why that is refused.

``schema`` says that the JSON Schema refuses it too; what needs two fields to be seen, or the law,
the reader alone sees.
"""

from dataclasses import dataclass
from typing import Any

from documents_good import FROM_S, GROUND, INTERESTS, LIGHT, NO_VIEW, ROOM, Change, decided


@dataclass(frozen=True)
class Bad:
    """One document: ``why`` stands in the reader's complaint."""

    kind: str
    name: str
    change: Change
    why: str
    schema: bool = True


def form(kind: str, name: str, change: Change, why: str) -> Bad:
    """Return one that has not the form."""
    return Bad(kind, name, change, why)


def sense(kind: str, name: str, change: Change, why: str) -> Bad:
    """Return one that has the form, but not the sense."""
    return Bad(kind, name, change, why, schema=False)


DIGEST_SHORT = "sha256:" + "a" * 63
A, H, N, C, R, L, E = "authorisation", "home", "notice", "consent", "receipt", "lease", "event"
W = "objection"
OUT: dict[str, Any] = LIGHT[0]

LITRES = {
    "outputs/0/metric": "water.volume",
    "sensors": [{"kind": kind, "model": "x"} for kind in ("camera", "water_meter")],
}

AUTHORISATIONS = [
    form(A, "another format", {"v": 2}, "of format 2"),
    form(A, "pictures are kept", {"raw_retention_s": 1}, "expected 0"),
    form(A, "version 0", {"version": 0}, "version 0"),
    form(A, "a version too high", {"version": 2**31}, "version"),
    form(A, "a version in words", {"version": "1"}, "a whole number"),
    form(A, "a version that is true", {"version": True}, "a whole number"),
    form(A, "site in capitals", {"site": "Plaza"}, "site"),
    form(A, "site of 25 letters", {"site": "a" * 25}, "site"),
    form(A, "id begins with a digit", {"id": "1plaza"}, "id"),
    form(A, "no name", {"controller/name": ""}, "0 characters"),
    form(A, "a name of 601 letters", {"controller/name": "a" * 601}, "601 characters"),
    form(A, "blanks around the contact", {"controller/contact": " me "}, "blanks"),
    form(A, "a contact in two lines", {"controller/contact": "a\nb"}, "invisible"),
    sense(A, "an invisible letter", {"controller/contact": "a\u202eb"}, "invisible"),
    form(A, "an unknown field within", {"controller/fax": "1"}, "unknown field"),
    form(A, "the controller is a text", {"controller": "the city"}, "an object"),
    form(A, "consent of passers-by", {"lawful_basis": "A6-1-a"}, "A6-1-e"),
    form(A, "no purpose", {"purposes": []}, "0 purposes"),
    form(A, "four purposes", {"purposes": [{"id": f"p{n}", "text": "x"} for n in range(4)]}, "4 p"),
    sense(A, "to recognise faces", {"purposes/0/id": "face_recognition"}, "AI Act"),
    sense(A, "to track people", {"purposes/0/id": "person_tracking"}, "does not do this"),
    sense(A, "to sell data", {"purposes/0/id": "data_resale"}, "does not do this"),
    sense(A, "to punish", {"purposes/0/id": "enforcement"}, "does not do this"),
    form(A, "an ear", {"sensors/0/kind": "ear"}, "camera"),
    sense(A, "a microphone alone", {"sensors/0/kind": "microphone"}, "is sensed by a camera"),
    sense(A, "two cameras", {"sensors": [{"kind": "camera", "model": "x"}] * 2}, "one of each"),
    form(A, "nine sensors", {"sensors": [{"kind": "camera", "model": "x"}] * 9}, "9 sensors"),
    sense(A, "litres of a home", LITRES, "expected home or local"),
    form(A, "no sensor", {"sensors": []}, "0 sensors"),
    form(A, "a picture without width", {"picture/width": 0}, "0x480"),
    form(A, "a picture too wide", {"picture/width": 8193}, "8193"),
    form(A, "a point of three", {"lines/0/from": [1, 2, 3]}, "a point"),
    sense(A, "a line outside", {"lines/0/to": [9000, 1]}, "outside the picture"),
    sense(A, "a line of no length", {"lines/0/to": [320, 460]}, "can never count"),
    form(A, "a zone of two corners", {"zones/0/polygon": [[1, 2], [3, 4]]}, "2 corners"),
    sense(
        A,
        "a zone that crosses itself",
        {"zones/0/polygon": [[60, 120], [580, 460], [580, 120], [60, 460]]},
        "zone",
    ),
    form(
        A,
        "17 lines",
        {"lines": [{"name": f"l{n}", "from": [320, 460], "to": [320, 100]} for n in range(17)]},
        "17 lines",
    ),
    sense(
        A,
        "two lines of one name",
        {"lines": [{"name": "middle", "from": [320, 460], "to": [320, 100]}] * 2},
        "two lines",
    ),
    form(A, "a room without doors", {"rooms": [ROOM | {"doors": []}]}, "0 doors"),
    sense(
        A,
        "a door that is not drawn",
        {"rooms": [ROOM | {"doors": [{"line": "back", "inward": "in"}]}]},
        "no line",
    ),
    form(
        A,
        "a door both ways",
        {"rooms": [ROOM | {"doors": [{"line": "middle", "inward": "both"}]}]},
        "in or out",
    ),
    form(A, "a day of 25 hours", {"rooms": [ROOM | {"max_dwell_min": 1500}]}, "max_dwell_min"),
    form(
        A, "three points of ground", {"ground": GROUND | {"points": [[0, 0], [9, 0], [9, 9]]}}, "3"
    ),
    sense(A, "no output", {"outputs": []}, "0 outputs"),
    form(A, "a window of nothing", {"outputs/0/window_s": 0}, "every 0 s"),
    form(A, "a window of two days", {"outputs/0/window_s": 172_800}, "every 172800 s"),
    sense(A, "two grids", {"outputs/0/window_s": 1800}, "different windows"),
    sense(A, "two profiles", {"outputs/0/profile": "bands"}, "another profile"),
    form(A, "an unknown profile", {"outputs/0/profile": "raw"}, "sdc-10-5"),
    sense(A, "an output twice", {"outputs": [OUT, OUT]}, "twice"),
    sense(A, "nobody gets it", {"outputs/0/recipients": []}, "0 recipients"),
    form(A, "nine get it", {"outputs/0/recipients": [f"r{n}" for n in range(9)]}, "9 recipients"),
    sense(A, "a line that is not drawn", {**NO_VIEW}, "there is no line"),
    sense(
        A, "an unknown number", {"outputs": [OUT | {"metric": "line.middle.faces"}]}, "no metric"
    ),
    sense(A, "an emotion", {"outputs": [OUT | {"metric": "emotion_recognition.x"}]}, "AI Act"),
    form(A, "a metric without a dot", {"outputs": [OUT | {"metric": "light"}]}, "no metric"),
    sense(
        A,
        "a density without ground",
        {"outputs": [OUT | {"metric": "zone.square.density"}]},
        "the ground",
    ),
    form(A, "a preview of 1", {"covered_preview": 1}, "true or false"),
    form(A, "no decision but a list", decided() | {"decisions": []}, "does not name"),
    form(A, "a decision by no reason", decided(exemption="A9-2-z"), "A9-2-a"),
    sense(A, "a decision by consent", decided(exemption="A9-2-a"), "by A9-2-a"),
    sense(A, "a decision and no other way", decided(otherwise=None), "otherwise: expected a text"),
    form(A, "a lamp that is none", {"lamp": False}, "true, or nothing at all"),
    form(A, "an unknown rule", {"profile": "none"}, "sdc-10-5"),
    sense(A, "exact numbers of a public place", {"profile": "home"}, "only a household"),
    sense(A, "a household in public", {"lawful_basis": "household"}, "a household cannot"),
    form(A, "a minute too many", {"schedule/to_utc_minute": 1440}, "schedule"),
    sense(A, "hours of no length", {"schedule/to_utc_minute": 360}, "schedule"),
    form(A, "before 1970", {"valid_from_s": -1}, "valid from"),
    form(A, "after 9999", {"valid_to_s": 253_402_300_800}, "valid from"),
    sense(A, "an end before the start", {"valid_to_s": FROM_S}, "an end after"),
    sense(A, "for three years", {"valid_to_s": FROM_S + 1095 * 86_400}, "at most 731"),
    form(A, "half a digest of a model", {"model_digests": [DIGEST_SHORT]}, "64 hexadecimal"),
    form(A, "a model that is a number", {"model_digests": [1]}, "a list of texts"),
    sense(A, "neither assessment nor reason", {"dpia_reference": None}, "either"),
    sense(A, "assessment and reason", {"dpia_not_required": "few"}, "either"),
    form(A, "kept for ever", {"aggregate_retention": "always"}, "duration"),
    form(A, "kept for a week", {"aggregate_retention": "P1W"}, "duration"),
    form(A, "kept for an empty time", {"aggregate_retention": "P"}, "duration"),
    form(A, "kept for hours", {"aggregate_retention": "PT5H"}, "duration"),
    form(A, "no way to object", {"objection": ""}, "0 characters"),
    sense(A, "nowhere to complain", {"supervisory_authority": None}, "complain"),
    form(A, "a page without TLS", {"notice_url": "http://a.example/"}, "https"),
    form(A, "a page with a fragment", {"notice_url": "https://a.example/#x"}, "without #"),
    sense(A, "interests that nobody names", {"lawful_basis": "A6-1-f"}, "legitimate_interests"),
    sense(
        A,
        "interests beside a task",
        {"legitimate_interests": INTERESTS["legitimate_interests"]},
        "legitimate_interests",
    ),
    form(A, "half a digest of the sign", {"notice_digest": DIGEST_SHORT}, "out of date"),
    sense(A, "another sign", {"notice_digest": "sha256:" + "a" * 64}, "out of date"),
    sense(H, "who gets it, where nothing leaves", {"outputs/0/recipients": ["me"]}, "none"),
]

ENROLLED = [
    form(C, "another format", {"v": 2}, "of format 2"),
    form(C, "another standard", {"schema_version": "KI-CR-v1.1.0"}, "schema_version"),
    form(C, "a person by name", {"pii_principal_id": "Ada Lovelace"}, "32 hexadecimal"),
    form(C, "an e-mail for a person", {"pii_principal_id": "ada@example.org"}, "32 hexadecimal"),
    form(C, "capitals in the number", {"record_id": "AB" * 16}, "32 hexadecimal"),
    form(C, "an unknown service", {"service": "marketing"}, "drowsiness"),
    form(C, "an unknown purpose", {"purpose": "dpv:Marketing"}, "dpv:"),
    sense(
        C,
        "a purpose of another service",
        {"purpose": "dpv:EnforceSecurity"},
        "expected dpv:ServiceProvision",
    ),
    sense(C, "more than is needed", {"pii_information": ["pd:Authenticating"]}, "expected dpv:"),
    form(
        C, "two sorts of data", {"pii_information": ["pd:Location", "pd:Authenticating"]}, "2 pii"
    ),
    form(C, "nothing known", {"pii_information": []}, "0 pii"),
    form(C, "a face", {"pii_information": ["pd:FacialPrint"]}, "expected each once"),
    form(C, "another basis", {"lawful_basis": "eu-gdpr:A6-1-f"}, "lawful_basis"),
    form(C, "half a digest", {"privacy_notice": DIGEST_SHORT}, "64 hexadecimal"),
    form(C, "kept elsewhere", {"storage_location": "a cloud"}, "storage_location"),
    form(C, "from afar", {"collection_method": "by default"}, "collection_method"),
    form(C, "shared", {"recipient_third_parties": ["an insurer"]}, "canonical"),
    form(C, "kept for ever", {"retention_period": "always"}, "duration"),
    form(C, "no way back", {"withdrawal_method": ""}, "0 characters"),
    form(C, "nowhere to complain", {"authority_party": ""}, "0 characters"),
    form(C, "at work, without a reason given", {"workplace_reason": ""}, "0 characters"),
    form(C, "a state of our own", {"event_state": "given"}, "dpv:ConsentGiven"),
    form(C, "implied", {"event_state": "dpv:ConsentImplied"}, "dpv:ConsentGiven"),
    form(C, "before 1970", {"given_s": -5, "event_time_s": -5}, "given at -5"),
    sense(C, "an end before the start", {"valid_to_s": FROM_S - 1}, "an end after"),
    sense(C, "for ten years", {"valid_to_s": FROM_S + 3650 * 86_400}, "at most 731"),
    sense(C, "given twice", {"event_time_s": FROM_S + 5}, "one time"),
    sense(
        C,
        "withdrawn before it was given",
        {"event_state": "dpv:ConsentWithdrawn", "event_time_s": FROM_S - 5},
        "a later one",
    ),
    form(R, "another format", {"v": 0}, "of format 0"),
    form(R, "a record's profile", {"schema_version": "record"}, "schema_version"),
    form(R, "half a digest", {"record": DIGEST_SHORT}, "64 hexadecimal"),
    form(R, "a person by name", {"pii_principal_id": "Ada"}, "32 hexadecimal"),
    sense(R, "another purpose", {"purpose": "dpv:EnforceSecurity"}, "dpv:ServiceProvision"),
    form(R, "a score", {"score": 3}, "unknown field"),
]

NOTICES = [
    form(N, "another format", {"notice": 2}, "of format 2"),
    form(N, "pictures are kept", {"raw_retention_s": 60}, "expected 0"),
    sense(N, "a reserved purpose", {"purposes/0/id": "emotion_recognition"}, "AI Act"),
    form(N, "no place", {"place": ""}, "0 characters"),
    form(N, "the view of an authorisation", {"lines": []}, "unknown field"),
    sense(N, "exact numbers of a public place", {"profile": "home"}, "only a household"),
    sense(N, "for three years", {"valid_to_s": FROM_S + 1095 * 86_400}, "at most 731"),
    form(N, "a site in capitals", {"site": "Plaza"}, "site"),
    form(N, "an unknown rule", {"profile": "none"}, "sdc-10-5"),
]

LEASES = [
    form(L, "another format", {"v": 2}, "of format 2"),
    form(L, "a number too high", {"serial": 2**32}, "0 to"),
    form(L, "a number below zero", {"serial": -1}, "0 to"),
    form(L, "a version too high", {"version": 2**31}, "0 to"),
    form(L, "a version below zero", {"version": -1}, "0 to"),
    form(L, "another word", {"kind": "extend"}, "grant or stop"),
    form(L, "a number for a word", {"kind": 1}, "grant or stop"),
    form(L, "a time before 1970", {"issued_ms": -1}, "0 to"),
    sense(L, "a minute long", {"expires_ms": FROM_S * 1000 + 60_000}, "expected 0 to 30000"),
    sense(L, "an end before the start", {"expires_ms": FROM_S * 1000 - 1}, "expected 0 to 30000"),
    form(L, "who asked", {"by": "ada"}, "unknown field"),
]

OBJECTIONS = [
    form(W, "another format", {"v": 2}, "of format 2"),
    form(W, "another word", {"word": "watch"}, "pause or"),
    form(W, "half a digest", {"authorisation": DIGEST_SHORT}, "64 hex"),
    form(W, "a site in capitals", {"site": "Plaza"}, "site"),
    form(W, "before 1970", {"t_s": 0}, "Unix seconds"),
    form(W, "after the last calendar", {"t_s": 10**12}, "Unix seconds"),
    form(W, "a pause of no length", {"minutes": 0}, "0 minutes"),
    form(W, "a pause of two years", {"minutes": 732 * 1440}, "minutes"),
    sense(W, "to go on for half an hour", {"word": "resume"}, "only a pause"),
    form(W, "who objects", {"who": "ada"}, "unknown field"),
    form(W, "why", {"reason": "they asked"}, "unknown field"),
]

EVENTS = [
    form(E, "another format", {"v": 2}, "v is 2"),
    form(E, "an unknown event", {"event": "arrival"}, "an event"),
    form(E, "an unknown reason", {"reason": "ada"}, "a reason or null"),
    form(E, "a time in words", {"t_s": "noon"}, "whole seconds"),
    form(E, "half a digest", {"digest": DIGEST_SHORT}, "64 hex"),
    form(E, "a person", {"person": 1}, "unknown fields: person"),
    form(E, "a face", {"face": "x"}, "unknown fields: face"),
    sense(E, "an alarm of nothing", {"event": "alarm"}, "name a metric"),
    sense(
        E, "a fault without a name", {"event": "fault", "metric": "air.faults"}, "name the fault"
    ),
    sense(E, "a correction of nothing", {"event": "correction"}, "name a metric"),
    sense(E, "a start of a metric", {"metric": "line.door.in"}, "name a metric"),
    sense(
        E,
        "a correction by how many, in public",
        {"event": "correction", "metric": "room.hall.people", "count": 2, "profile": "sdc-10-5"},
        "says how many",
    ),
    form(E, "a count below zero", {"count": -1}, "count is -1"),
    form(E, "a negative place", {"sequence": -1}, "sequence is -1"),
    sense("aggregate", "off the grid", {"window_start_s": 1_800_000_001}, "window"),
    sense("aggregate", "released without a value", {"count": None}, "says otherwise"),
    sense("aggregate", "a gap without a reason", {"status": "gap", "count": None}, "a reason"),
    form("aggregate", "two values", {"people": 3}, "one unit"),
    form("aggregate", "uptime of 97 %", {"uptime_percent": 97}, "a multiple of 5"),
    form("aggregate", "a person's path", {"track": [1, 2]}, "unknown fields: track"),
    sense("aggregate", "below zero without noise", {"count": -3}, "count is -3"),
    sense("noisy", "noise of no size", {"epsilon_milli": None}, "thousandths"),
]

BAD = [*AUTHORISATIONS, *ENROLLED, *NOTICES, *LEASES, *OBJECTIONS, *EVENTS]
