"""``edgekit retention site.toml``: erase the numbers whose time is over, and prove it."""

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edgekit.config import Settings
    from edgekit.consent.site import SiteAuthorisation
    from edgekit.consent.states import State
    from edgekit.signing.keys import PublicKey


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "retention",
        help="erase the numbers whose time is over, and prove it",
        description="Erase the numbers that are older than the authorisation lets them be kept; "
        "then verify the log, in which their commitments stay, and search the disk for what is "
        "left of them. The node may run. Exit 3: the log does not verify.",
    )
    parser.add_argument("settings", type=Path, metavar="site.toml")
    parser.add_argument("--json", action="store_true", help="the same for programs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Erase, verify, search, and say what came of it."""
    from edgekit.cli.ledger import LEDGER, writable  # noqa: PLC0415 -- not needed for --help
    from edgekit.cli.notice import load_organisation, read_signed  # noqa: PLC0415 -- the same
    from edgekit.config import Settings  # noqa: PLC0415 -- the same
    from edgekit.consent.authorisation import read_authorisation  # noqa: PLC0415 -- the same
    from edgekit.consent.states import MEANING, Move, after  # noqa: PLC0415 -- the same
    from edgekit.consent.terms import since_s  # noqa: PLC0415 -- the same
    from edgekit.errors import LedgerError, VerificationError  # noqa: PLC0415 -- the same
    from edgekit.ledger.retention import aged, retire  # noqa: PLC0415 -- the same
    from edgekit.ledger.verify import verify_ledger  # noqa: PLC0415 -- the same
    from edgekit.node.keeping.enrolled import FOLDER, SEALED  # noqa: PLC0415 -- the same
    from edgekit.signers.open import public_of  # noqa: PLC0415 -- the same
    from edgekit.signing.canonical import MAX_INTEGER  # noqa: PLC0415 -- the same

    settings = Settings.load(args.settings)
    # An authorisation that has ended still says how long its numbers may be kept.
    organisation = load_organisation(settings)
    site = read_authorisation(read_signed(settings), organisation=organisation)
    before_s = since_s(site.aggregate_retention, int(time.time()))
    path = settings.storage.directory / LEDGER
    try:
        ledger = writable(path)
    except LedgerError as error:
        if not path.is_file():
            raise
        raise VerificationError(str(error), hint=error.hint) from error
    ended = _ended(settings, site, organisation)
    try:
        erased = retire(ledger, path, before_s)
        people = (settings.storage.directory / FOLDER).glob(f"*{SEALED}")
        left = next(aged(ledger, MAX_INTEGER), None) is not None or any(people)
        report = verify_ledger(ledger, [public_of(settings.keys.device)])
    finally:
        ledger.close()
    state = ended if ended is None or left else after(ended, Move.ERASE)
    if args.json:
        told = {
            "state": state,
            "kept": site.aggregate_retention,
            "before_s": before_s,
            "erased": erased.records,
            "first_s": erased.first_s,
            "last_s": erased.last_s,
            "verified": report.records,
            "without_payload": report.erased,
            "searched": [str(file) for file in erased.searched],
        }
        print(json.dumps(told))
        return 0
    print(f"Numbers are kept for {site.aggregate_retention}: those before {_time(before_s)} go.")
    if erased.first_s is not None and erased.last_s is not None:
        print(f"Erased: {erased.records}, of {_time(erased.first_s)} to {_time(erased.last_s)}.")
    else:
        print("Erased: none; none was that old.")
    print(
        f"The log verifies: {report.records} leaves in order, {report.erased} of them only as "
        "commitments."
    )
    print(f"Searched, nothing left: {', '.join(file.name for file in erased.searched)}.")
    if state is not None:
        print(f"The authorisation is {state}: {MEANING[state]}.")
    others = ", ".join(map(str, settings.record_files))
    print(
        f"Not touched are copies: {f'{others}, ' if others else ''}published tiles, backups, and "
        "whoever fetched them."
    )
    return 0


def _ended(
    settings: "Settings", site: "SiteAuthorisation", organisation: "PublicKey"
) -> "State | None":
    """Return how an authorisation has ended; None while it goes on, or will."""
    from edgekit.consent.states import State  # noqa: PLC0415 -- not needed for --help
    from edgekit.errors import ConsentError  # noqa: PLC0415 -- the same
    from edgekit.node.site import require_not_withdrawn  # noqa: PLC0415 -- the same

    try:
        require_not_withdrawn(settings, site, organisation)
    except ConsentError:
        return State.WITHDRAWN
    return State.EXPIRED if int(time.time()) >= site.valid_to_s else None


def _time(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
