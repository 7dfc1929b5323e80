"""What ``edgekit verify`` is told to trust, and the verification of each form by it."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from edgekit.cli.reading import read_bytes
from edgekit.errors import ConfigError, VerificationError
from edgekit.ledger.anchor import Anchors, Witnessed, hold
from edgekit.ledger.checkpoint import origin_of, read_unverified
from edgekit.ledger.cosignature import Witness
from edgekit.ledger.entry import Entry
from edgekit.ledger.lines import verify_record
from edgekit.ledger.proof import Proof
from edgekit.ledger.report import Report, Tally
from edgekit.ledger.testimony import utc
from edgekit.signers.file import load_public
from edgekit.signing.keys import PublicKey
from edgekit.signing.registry import Registry

MAX_BYTES = 1 << 21
Watch = Callable[[Iterator[Entry]], Iterable[Entry]]
Found = tuple[Report, Witnessed | None, str]


def anchors(args: argparse.Namespace, until_s: int | None) -> Anchors:
    """Read what stands outside the log; the registry's entry comes later, with the device's id."""
    return Anchors(
        notes=tuple(
            read_bytes(path, MAX_BYTES).decode("utf-8", "replace") for path in args.checkpoint
        ),
        witnesses=tuple(map(witness, args.witness)),
        quorum=args.quorum,
        until_s=until_s,
    )


def witness(text: str) -> Witness:
    """Read a witness's line, or the file that it stands in."""
    path = Path(text)
    return Witness.from_text(
        text if "+" in text else read_bytes(path, MAX_BYTES).decode("utf-8", "replace")
    )


def keys(args: argparse.Namespace, devices: Iterable[str]) -> list[PublicKey]:
    """Return the keys given, and those of these devices that the registry knows."""
    found = [load_public(path) for path in args.key]
    if args.registry is not None:
        registry = _registry(args)
        found += [registry.entry(device).key for device in devices]
    if not found:
        raise ConfigError(
            "no key to verify with: expected --key, or --registry and --operator",
            hint="edgekit verify … --key device.pub.pem",
        )
    return found


def with_entry(anchors: Anchors, args: argparse.Namespace, key: PublicKey) -> Anchors:
    """Return the anchors with what the registry says of the key."""
    if args.registry is None:
        return anchors
    return replace(anchors, entry=_registry(args).entry(key.key_id))


def ledger(
    path: Path, args: argparse.Namespace, anchors: Anchors, *, watch: Watch, jobs: int
) -> Found:
    """Verify a ledger."""
    from edgekit.ledger.crew import WORTH_IT, verify_by_many  # noqa: PLC0415 -- processes, rarely
    from edgekit.ledger.store import Ledger  # noqa: PLC0415 -- only for ledgers
    from edgekit.ledger.verify import key_of, verify_ledger  # noqa: PLC0415 -- the same

    opened = Ledger.open_readonly(path)
    try:
        given = keys(args, [opened.origin.rpartition("/")[2]])
        key = key_of(opened.origin, given)
        if jobs > 1 and opened.size >= WORTH_IT:
            report = verify_by_many(path, given, workers=jobs)
        else:
            report = verify_ledger(opened, given, watch=watch)
        held = hold(
            report,
            with_entry(anchors, args, key),
            origin=opened.origin,
            key=key,
            root_at=lambda size: opened.frontier(size).root(),
        )
        return report, held, opened.origin
    finally:
        opened.close()


def tiles(folder: Path, args: argparse.Namespace, anchors: Anchors) -> Found:
    """Verify a published log."""
    from edgekit.ledger.tiles import TileReader  # noqa: PLC0415 -- only for tiles
    from edgekit.ledger.verify import key_of, verify_ledger  # noqa: PLC0415 -- the same

    log = TileReader(folder)
    given = keys(args, [log.origin.rpartition("/")[2]])
    key = key_of(log.origin, given)
    report = verify_ledger(log, given)
    rules = with_entry(anchors, args, key)
    held = hold(report, rules, origin=log.origin, key=key, root_at=log.root_at)
    return report, held, log.origin


def lines(
    verify: Callable[[Sequence[PublicKey]], Report], args: argparse.Namespace, anchors: Anchors
) -> Found:
    """Verify exported records; ``verify`` does with the keys."""
    devices = [entry.key.key_id for entry in _registry(args).entries] if args.registry else []
    given = keys(args, devices)
    report = verify(given)
    key = next(key for key in given if key.key_id == report.device)
    origin = origin_of(str(report.site), str(report.device))
    rules = with_entry(anchors, args, key)
    return report, hold(report, rules, origin=origin, key=key, root_at=None), origin


def prove(line: bytes, text: str, args: argparse.Namespace, anchors: Anchors) -> dict[str, object]:
    """Verify one record by its proof; return what was found."""
    envelope, proof = line.removesuffix(b"\n"), Proof.from_text(text)
    origin = read_unverified(proof.note).origin
    given = keys(args, [origin.rpartition("/")[2]])
    fields = verify_record(envelope, given)
    key = next(key for key in given if key.key_id == fields["device"])
    if origin != origin_of(str(fields["site"]), str(fields["device"])):
        raise VerificationError(f"proof of {origin}, which is not the record's log")
    state = proof.verify(envelope, origin=origin, key=key)
    if fields["sequence"] != proof.index:
        raise VerificationError(f"record {fields['sequence']} with the proof of {proof.index}")
    tally = Tally()
    tally.add(fields)
    report = tally.report(proof.index, state.size, notes=(proof.note,), tree=True)
    for size in (read_unverified(note).size for note in anchors.notes):
        if size != state.size:
            raise VerificationError(
                f"the proof is under {state.size} records, the checkpoint that you hold over "
                f"{size}",
                hint="ask for a proof under that one, or for the whole log",
            )
    rules = _for_one(with_entry(anchors, args, key), state.size)
    witnessed = hold(report, rules, origin=origin, key=key, root_at=lambda _: state.root)
    return {
        "verified": True,
        "record": dict(fields),
        "log": origin,
        "size": state.size,
        "witnessed": None if witnessed is None else asdict(witnessed),
    }


def _for_one(rules: Anchors, size: int) -> Anchors:
    """Of a log that has ended one record may be shown alone, under a state before its end."""
    if rules.entry is None or rules.entry.end is None:
        return rules
    if size > rules.entry.end.size:
        raise VerificationError(
            f"proof under {size} records: the log ended with {rules.entry.end.size}"
        )
    return replace(rules, entry=replace(rules.entry, end=None))


def proof_words(found: dict[str, object]) -> str:
    """Say what `prove` found."""
    fields, by = found["record"], found["witnessed"]
    if not isinstance(fields, dict):
        raise TypeError(fields)
    told = " ".join(
        f"{name}={value}" for name, value in fields.items() if name in _TOLD and value is not None
    )
    who = "unwitnessed: nobody independent has signed this"
    if isinstance(by, dict):
        who = f"{', '.join(by['names'])} co-signed {by['size']} records, by {utc(by['t_s'])}"
    return (
        f"record {fields['sequence']} verifies, and stands in {found['log']}\n"
        f"  says        {told}\n"
        f"  checkpoint  {found['size']} records, signed by the device\n"
        f"  witness     {who}"
    )


_TOLD = frozenset(
    {
        *("metric", "event", "window_start_s", "window_s", "t_s", "status", "reason", "count"),
        *("people", "people_per_100_m2", "wait_s", "illuminance_lux"),
    }
)


def _registry(args: argparse.Namespace) -> Registry:
    if not args.operator:
        raise ConfigError(
            "a registry proves nothing by itself: expected --operator with the operator's key"
        )
    operators = [load_public(path) for path in args.operator]
    return Registry.verify(read_bytes(args.registry, MAX_BYTES).rstrip(b"\n"), operators)
