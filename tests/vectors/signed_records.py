"""Vectors of records: good ones, and each way to be none."""

import json
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from samples import (
    AGGREGATE,
    ED,
    EVENT,
    NOISY,
    ODD,
    ODD_EVENT,
    OTHER,
    WORDS,
    Vector,
    part,
    raw,
    signed,
)

from edgekit.signing.canonical import from_base64, to_base64
from edgekit.signing.dsse import pae
from edgekit.signing.keys import P256_ORDER, to_fixed
from edgekit.signing.line import envelope_of
from edgekit.signing.record import RECORD_TYPE

L = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point of Ed25519 (RFC 8032 section 5.1)."""


def accepted() -> Iterator[tuple[str, str, str]]:
    """Yield name, key, record of what must verify."""
    yield "aggregate", "ed", signed(AGGREGATE)
    yield "event", "ed", signed(EVENT)
    for name, text in WORDS.items():
        for word in text.split():
            yield f"{name} {word}", "ed", signed(AGGREGATE | {name: word})
    for unit in ("people", "people_per_100_m2", "wait_s", "illuminance_lux"):
        fields = {key: value for key, value in AGGREGATE.items() if key != "count"}
        yield f"unit {unit}", "ed", signed(fields | {unit: 0})
    for status in ("suppressed", "gap"):
        hidden = {"status": status, "count": None, "reason": "below_threshold"}
        yield f"status {status}", "ed", signed(AGGREGATE | hidden)
    for event in ["stop", "gap", "authorised", "pause", "resume", "view", "expired", "pipe"]:
        yield f"event {event}", "ed", signed(EVENT | {"event": event})
    correction = {"event": "correction", "metric": "room.hall.people", "reason": "below_zero"}
    yield "correction at home", "ed", signed(EVENT | correction | {"count": 2})
    yield "correction in public", "ed", signed(EVENT | correction | {"profile": "sdc-10-5"})
    yield "noise", "ed", signed(NOISY)
    yield (
        "noise in a gap",
        "ed",
        signed(NOISY | {"status": "gap", "count": None, "reason": "started"}),
    )
    light = {key: None if key.startswith("epsilon") else value for key, value in NOISY.items()}
    del light["count"]
    yield "no noise of light", "ed", signed(light | {"illuminance_lux": 120})
    yield "digest", "ed", signed(EVENT | {"digest": "sha256:" + "c" * 64})
    yield "largest integers", "ed", signed(AGGREGATE | {"count": 2**53 - 1, "sequence": 2**53 - 1})
    yield "spaces in the payload", "ed", signed(json.dumps(AGGREGATE, indent=1).encode())
    yield "escapes in the payload", "ed", signed(raw(AGGREGATE).replace(b"plaza", rb"pl\u0061za"))


def fields_as_people() -> dict[str, object]:
    """Return a record of noise whose number is one of people."""
    fields: dict[str, object] = {key: value for key, value in NOISY.items() if key != "count"}
    return fields | {"people": 3}


def refused_records() -> Iterator[tuple[str, str, str, bool]]:
    """Yield name, key, record, whether the signature holds, of what must not verify."""
    good = signed(AGGREGATE)
    yield from ((name, "ed", line, False) for name, line in altered(good))
    yield "another key", "other", good, False
    yield "signed by another, named as ours", "ed", forged(good), False
    for name in AGGREGATE:
        fields = {key: value for key, value in AGGREGATE.items() if key != name}
        yield f"without {name}", "ed", signed(fields), True
    for base, table in ((AGGREGATE, ODD), (EVENT, ODD_EVENT)):
        for name, values in table.items():
            for value in values:
                line = signed(base | {name: value})
                yield f"{base['type']} with {name} {value!s:.24}", "ed", line, True
    for name in ("epsilon_milli", "epsilon_day_milli"):
        fields = {key: value for key, value in NOISY.items() if key != name}
        yield f"noise without {name}", "ed", signed(fields), True
    yield "noise of epsilon 0", "ed", signed(NOISY | {"epsilon_milli": 0}), True
    yield "epsilon without noise", "ed", signed(AGGREGATE | {"epsilon_milli": 500}), True
    yield "noise of people", "ed", signed(fields_as_people()), True
    yield "below zero in bands", "ed", signed(AGGREGATE | {"profile": "bands", "count": -1}), True
    yield "two units", "ed", signed(AGGREGATE | {"people": 1}), True
    yield "a field too many", "ed", signed(AGGREGATE | {"name": "x"}), True
    yield (
        "suppressed without a reason",
        "ed",
        signed(AGGREGATE | {"status": "suppressed", "count": None}),
        True,
    )
    yield "correction without its metric", "ed", signed(EVENT | {"event": "correction"}), True
    for name, payload in odd_payloads(raw(AGGREGATE)):
        yield name, "ed", signed(payload), True


def forged(good: str) -> str:
    payload = from_base64(part(good, "payload"))
    signature = OTHER.sign(pae(RECORD_TYPE, payload))
    return envelope_of(payload, ED.key_id, signature).decode()


def odd_payloads(good: bytes) -> Iterator[tuple[str, bytes]]:
    yield "payload empty, signed", b""
    yield "payload a list", b"[" + good + b"]"
    yield "payload a string", b'"x"'
    yield "payload twice", good + good
    yield "payload with a byte more", good + b"\0"
    yield "payload with a byte order mark", b"\xef\xbb\xbf" + good
    yield "payload not UTF-8", good.replace(b"plaza", b"plaz\xff")
    yield "payload cut", good[:-1]
    yield "key given twice", good[:-1] + b',"v":1}'
    yield "key given twice, once escaped", good[:-1] + b',"\\u0076":1}'
    for number in (b"15.0", b"1.5e1", b"-0", b"015", b"+15", b"0xf", b"NaN", b"9007199254740992"):
        yield f"count {number.decode()}", good.replace(b'"count":15', b'"count":' + number)
    yield "count an object", good.replace(b'"count":15', b'"count":{"a":15}')
    yield "metric a list", good.replace(b'"line.door.in"', b'["line.door.in"]')
    yield "comma at the end", good[:-1] + b",}"
    yield "quotes of another kind", good.replace(b'"plaza"', b"'plaza'")
    yield "a comment", good[:-1] + b"/**/}"
    yield "line feed in a string", good.replace(b"plaza", b"pla\nza")
    yield "half a surrogate pair", good.replace(b"edgekit 0.1.0", rb"\ud800")


def altered(good: str) -> Iterator[tuple[str, str]]:
    """Yield what becomes of a good line without the key."""
    for at in range(0, len(good), 31):
        other = "A" if good[at] != "A" else "B"
        yield f"character {at} altered", good[:at] + other + good[at + 1 :]
    payload, signature = part(good, "payload"), part(good, "sig")
    value = from_base64(signature)
    high = int.from_bytes(value[32:], "little") + L
    for name, old, new in (
        ("another payload type", "record.v1", "record.v2"),
        ("space after a colon", '":"', '": "'),
        ("key id in capitals", ED.key_id, ED.key_id.upper()),
        ("key id of another", ED.key_id, OTHER.key_id),
        ("no signature", json.dumps(json.loads(good)["signatures"], separators=(",", ":")), "[]"),
        ("signature empty", signature, ""),
        ("signature cut", signature, to_base64(value[:-1])),
        ("signature longer", signature, to_base64(value + b"\0")),
        ("signature of zeros", signature, to_base64(bytes(64))),
        ("signature with S + L", signature, to_base64(value[:32] + high.to_bytes(32, "little"))),
        ("signature without padding", signature, signature.rstrip("=")),
        ("signature with loose bits", signature, loosened(signature)),
        ("payload in the alphabet for URLs", payload, payload.replace("i", "_")),
        ("payload with a line break", payload, payload[:4] + "\\n" + payload[4:]),
        ("payload empty", payload, ""),
        ("certificate beside it", '"keyid"', '"cert":"","keyid"'),
        ("byte order mark", '{"payload"', '\ufeff{"payload"'),
        ("space before", '{"payload"', ' {"payload"'),
    ):
        assert old in good, name
        yield name, good.replace(old, new, 1)
    yield "space behind", good + " "
    yield "twice", good + good
    yield "cut", good[:-1]
    yield "empty", ""
    fields = json.loads(good)
    swapped = {name: fields[name] for name in ("payloadType", "payload", "signatures")}
    yield "fields in another order", json.dumps(swapped, separators=(",", ":"))
    two = fields | {"signatures": fields["signatures"] * 2}
    yield "signature twice", json.dumps(two, separators=(",", ":"))
    bare = ED.sign(from_base64(payload))
    yield "signature over the bare payload", good.replace(signature, to_base64(bare))


def loosened(signature: str) -> str:
    last = signature.rstrip("=")[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return signature.rstrip("=")[:-1] + alphabet[alphabet.index(last) + 1] + "=="


def es256(line: str) -> Iterator[tuple[str, str]]:
    """Yield other spellings of a good ES256 signature."""
    signature = part(line, "sig")
    value = from_base64(signature)
    _, s = decode_dss_signature(value)
    fixed = to_fixed(value)
    high = fixed[:32] + (P256_ORDER - s).to_bytes(32, "big")
    for name, new in (
        ("ES256 with the higher s", der(high)),
        ("ES256 as r and s of 64 bytes", fixed),
        ("ES256 in long form of length", value[:1] + b"\x81" + value[1:]),
        ("ES256 with a byte more", value + b"\0"),
        ("ES256 of zeros", der(bytes(64))),
        ("ES256 cut", value[:-1]),
    ):
        yield name, line.replace(signature, to_base64(new))


def der(fixed: bytes) -> bytes:
    numbers = b""
    for half in (fixed[:32], fixed[32:]):
        body = half.lstrip(b"\0") or b"\0"
        body = b"\0" + body if body[0] > 127 else body
        numbers += bytes([2, len(body)]) + body
    return bytes([0x30, len(numbers)]) + numbers


def records(kept: str) -> list[Vector]:
    """Return the vectors of records; ``kept`` is the ES256 record that was signed once."""
    found: list[Vector] = [
        {"name": name, "key": key, "record": record, "accept": True, "signed": True}
        for name, key, record in (*accepted(), ("ES256", "es", kept))
    ]
    refused = [*refused_records(), *((name, "es", line, False) for name, line in es256(kept))]
    for name, key, record, holds in refused:
        found.append({"name": name, "key": key, "record": record, "accept": False, "signed": holds})
    return found
