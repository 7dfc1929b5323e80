"""Good records, and what may not stand in their fields."""

import json
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from edgekit.signing.dsse import pae
from edgekit.signing.keys import MemorySigner
from edgekit.signing.line import envelope_of
from edgekit.signing.record import RECORD_TYPE

ED, OTHER, WITNESS = (MemorySigner.from_seed(bytes([n]) * 32) for n in (7, 8, 9))
ES = MemorySigner(derive_private_key(7, SECP256R1()))
KEYS = {"ed": ED, "es": ES, "other": OTHER}

HEAD = {
    "v": 1,
    "device": ED.key_id,
    "site": "plaza",
    "boot": "0123456789abcdef",
    "sequence": 3,
    "clock": "synced",
    "seal": "sealed",
    "seal_clerk": "sealed",
    "seal_herald": "partial",
    "users": "own",
    "source": "camera",
    "authorisation": "sha256:" + "a" * 64,
    "notice": "sha256:" + "b" * 64,
    "authority": "self",
    "software": "edgekit 0.1.0",
    "profile": "home",
    "reason": None,
}
AGGREGATE = {
    **HEAD,
    "type": "aggregate",
    "metric": "line.door.in",
    "window_start_s": 1_800_000_000,
    "window_s": 900,
    "status": "released",
    "uptime_percent": 95,
    "quality": "good",
    "count": 15,
}
NOISY = AGGREGATE | {
    "profile": "dp",
    "quality": "untold",
    "count": -3,
    "epsilon_milli": 500,
    "epsilon_day_milli": 2_000,
}
EVENT = {
    **HEAD,
    "type": "event",
    "event": "start",
    "t_s": 1_800_000_000,
    "digest": None,
    "metric": None,
    "count": None,
}
WORDS = {
    "clock": "synced free none",
    "seal": "none partial sealed",
    "seal_clerk": "none partial sealed",
    "seal_herald": "none partial sealed",
    "users": "own same-uid",
    "source": "camera network file rendered",
    "profile": "sdc-10-5 bands home local",
    "quality": "good degraded blind untold",
    "reason": "below_threshold started stopped eye_restarted source_lost source_ended view_covered "
    "view_moved view_blind stalled no_lease not_authorised paused clock pipe_broken system_down "
    "below_zero max_dwell closing_time reconciled",
}
ODD = {
    "v": [2, "1", True],
    "type": ["portrait", 1],
    "device": [OTHER.key_id, ED.key_id.upper(), "x"],
    "site": ["a b", "", "-a", "a" * 65],
    "boot": ["0123", None],
    "sequence": [-1, "3", 2**53],
    "clock": ["gps", None],
    "seal": ["open"],
    "seal_clerk": ["open"],
    "seal_herald": ["", None],
    "users": ["root"],
    "source": ["sky", None],
    "authorisation": ["sha256:aa", "a" * 64],
    "notice": ["sha512:" + "b" * 64],
    "authority": ["somebody", ""],
    "software": ["", "é", "a\n", "a" * 65],
    "profile": ["all"],
    "reason": ["because", 0],
    "metric": ["people", "a.b.c.d.e", "Line.door.in", "a." + "b" * 25],
    "window_start_s": [-900, 1_800_000_001, "0"],
    "window_s": [0, 86_401, "900"],
    "status": ["lost", "gap"],
    "uptime_percent": [52, 105, -5, "95"],
    "quality": ["so-so", None],
    "count": [-1, None, "15", True, 2**53],
}
ODD_EVENT = {
    "event": ["party", None],
    "t_s": [-1, None],
    "digest": ["x", 1],
    "metric": ["line.door.in"],
    "count": [3],
}


def signed(fields: Mapping[str, object] | bytes, signer: MemorySigner = ED) -> str:
    """Return the line of a payload, whatever it says."""
    payload = fields if isinstance(fields, bytes) else raw(fields)
    signature = signer.sign(pae(RECORD_TYPE, payload))
    return envelope_of(payload, signer.key_id, signature).decode()


def raw(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def part(line: str, name: str) -> str:
    return str(
        json.loads(line)["signatures"][0]["sig"] if name == "sig" else json.loads(line)[name]
    )


Vector = dict[str, object]
