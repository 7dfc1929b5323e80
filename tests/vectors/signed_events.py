"""Vectors of events about what a site may see: its withdrawal, and a camera that was turned."""

from samples import EVENT, Vector, part, signed

DIGEST = "sha256:" + "a" * 64
GEOMETRY = "sha256:" + "d" * 64
TOLD = {
    "withdrawn": {"reason": "not_authorised", "digest": DIGEST},
    "expired": {"reason": "not_authorised", "digest": DIGEST},
    "turned": {"reason": "view_moved", "digest": GEOMETRY},
    "confirmed": {"reason": "view_moved", "digest": GEOMETRY},
}
"""Each as a clerk writes it."""

ODD = {
    "event": ["Withdrawn", "withdraw", "erased", "withdrawn ", "turn"],
    "digest": ["sha256:" + "A" * 64, "a" * 64, "sha256:", 0],
    "reason": ["withdrawn", "turned", ""],
    "t_s": [-1, "1800000000", None, True],
    "count": [-1, "1"],
}


def events() -> list[Vector]:
    """Return the vectors."""
    found: list[Vector] = []
    for name, fields in TOLD.items():
        event = EVENT | fields | {"event": name}
        for profile in ("sdc-10-5", "dp", "bands", "home", "local"):
            record = signed(event | {"profile": profile})
            found.append(_vector(f"{name} under {profile}", record, accept=True, holds=True))
        for field, values in ODD.items():
            for value in values:
                record = signed(event | {field: value})
                name_of = f"{name} with {field} {value!s:.24}"
                found.append(_vector(name_of, record, accept=False, holds=True))
        good = signed(event)
        for other in TOLD.keys() - {name}:
            swapped = part(signed(event | {"event": other}), "payload")
            record = good.replace(part(good, "payload"), swapped)
            found.append(_vector(f"{name} made {other}", record, accept=False, holds=False))
    return sorted(found, key=lambda vector: str(vector["name"]))


def _vector(name: str, record: str, *, accept: bool, holds: bool) -> Vector:
    return {"name": name, "key": "ed", "record": record, "accept": accept, "signed": holds}
