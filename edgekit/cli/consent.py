"""``edgekit consent give|list|withdraw|receipt``: the yes of people who are enrolled by their wish.

Taking it back is as easy as giving it: one command of as many words, at the same device (GDPR
art. 7(3)).
"""

import argparse
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.consent.enrolment import PURPOSES, Service, State
from edgekit.errors import ConsentError

if TYPE_CHECKING:
    from edgekit.config import Settings
    from edgekit.consent.enrolled import ConsentRecord
    from edgekit.node.keeping.enrolled import Enrolled

YEAR_S = 365 * 86_400
_WITHDRAWAL = "edgekit consent withdraw, at the device"
_AUTHORITY = "the data protection authority of your country"


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "consent",
        help="give, list and withdraw consent of enrolled people",
        description="For people who are enrolled by their own wish, at home, in a cab or at a "
        "door. Passers-by do not consent: for them there is the notice, and objection.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, (text, _) in _ACTIONS.items():
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("settings", type=Path, metavar="site.toml")
        for words, options in _OPTIONS[name].items():
            action.add_argument(*words.split(), **options)  # type: ignore[arg-type]  # -- a table
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    _, act = _ACTIONS[args.action]
    return act(args)


def _give(args: argparse.Namespace) -> int:
    settings, now_s = _settings(args), int(time.time())
    record = _record(settings, args, now_s)
    receipt = open_enrolled(settings).give(record)
    print(
        f"{record.pii_principal_id} is enrolled for {record.service} until "
        f"{_day(record.valid_to_s)}.\nTo take it back: edgekit consent withdraw "
        f"{args.settings} {record.pii_principal_id}",
        file=sys.stderr,
    )
    _hand_over(receipt, args.output)
    return 0


def _record(settings: "Settings", args: argparse.Namespace, now_s: int) -> "ConsentRecord":
    from edgekit.cli.notice import load_signed  # noqa: PLC0415 -- not needed for --help
    from edgekit.consent.enrolled import ConsentRecord  # noqa: PLC0415 -- the same

    site, service = load_signed(settings, now_s), Service(args.service)
    if service is Service.HOME and not site.profile.at_home:
        raise ConsentError(
            f"{service} under {site.profile}: nobody lives in a public place",
            hint="passers-by do not consent; they are told by the notice, and can object",
        )
    purpose, data = PURPOSES[service]
    return ConsentRecord(
        record_id=secrets.token_hex(16),
        pii_principal_id=secrets.token_hex(16),
        site=site.site,
        service=service,
        purpose=purpose,
        privacy_notice=site.notice_digest,
        language=args.language,
        pii_controller=site.controller,
        pii_information=data,
        retention_period=site.aggregate_retention,
        jurisdiction=site.jurisdiction,
        withdrawal_method=_WITHDRAWAL,
        authority_party=site.supervisory_authority or _AUTHORITY,
        workplace_reason=args.at_work,
        given_s=now_s,
        event_time_s=now_s,
        event_state=State.GIVEN,
        valid_to_s=min(site.valid_to_s, now_s + YEAR_S),
    )


def _list(args: argparse.Namespace) -> int:
    enrolled = open_enrolled(_settings(args))
    records = [enrolled.get(person) for person in enrolled.people()]
    if args.json:
        print(json.dumps([json.loads(record.to_payload()) for record in records], indent=2))
        return 0
    for one in records:
        print(
            f"{one.pii_principal_id}  {one.service:<10}  since {_day(one.given_s)}  "
            f"until {_day(one.valid_to_s)}"
        )
    if not records:
        print("Nobody is enrolled.", file=sys.stderr)
    return 0


def _withdraw(args: argparse.Namespace) -> int:
    enrolled = open_enrolled(_settings(args))
    receipt = enrolled.withdraw(args.person, int(time.time()))
    print(
        "The consent is withdrawn; the key to what was known is destroyed. This receipt is kept "
        "nowhere else:",
        file=sys.stderr,
    )
    _hand_over(receipt, args.output)
    return 0


def _receipt(args: argparse.Namespace) -> int:
    _hand_over(open_enrolled(_settings(args)).receipt(args.person), args.output)
    return 0


def _hand_over(receipt: bytes, path: Path | None) -> None:
    """Print a receipt, or write it: as JSON, or as a code to scan where the name ends in .svg."""
    if path is None:
        print(receipt.decode(), end="")
        return
    from edgekit.cli.writing import write_whole  # noqa: PLC0415 -- not needed for --help

    write_whole(path.parent, {path.name: _code(receipt) if path.suffix == ".svg" else receipt})
    print(path)


def _code(receipt: bytes) -> bytes:
    import io  # noqa: PLC0415 -- only for a code

    import segno  # noqa: PLC0415 -- likewise

    drawn = io.BytesIO()
    segno.make(receipt.decode(), error="l", micro=False).save(drawn, kind="svg", scale=3, border=4)
    return drawn.getvalue()


def _settings(args: argparse.Namespace) -> "Settings":
    from edgekit.config import Settings  # noqa: PLC0415 -- not needed for --help

    return Settings.load(args.settings)


def open_enrolled(settings: "Settings") -> "Enrolled":
    """Return the consents of a site's device; raises as `Enrolled` and the device's key do."""
    from edgekit.node.keeping.enrolled import Enrolled  # noqa: PLC0415 -- not needed for --help
    from edgekit.signers.open import open_signer  # noqa: PLC0415 -- the same

    return Enrolled(settings.storage.directory, open_signer(settings.keys.device), os.urandom)


def _day(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d")


_OUTPUT: Mapping[str, Mapping[str, object]] = {
    "-o --output": {
        "type": Path,
        "metavar": "FILE",
        "help": "the receipt: .json, or .svg as a code to scan (default: printed)",
    },
}
_PERSON: Mapping[str, Mapping[str, object]] = {
    "person": {"metavar": "PERSON", "help": "the pseudonym that give printed"},
}
_OPTIONS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "give": {
        "service": {"choices": [service.value for service in Service]},
        "--language": {"default": "en", "help": "in which it was asked (default: en)"},
        "--at-work": {
            "metavar": "REASON",
            "help": "among employer and employed, why this yes is free",
        },
        **_OUTPUT,
    },
    "list": {"--json": {"action": "store_true", "help": "the records, for programs"}},
    "withdraw": {**_PERSON, **_OUTPUT},
    "receipt": {**_PERSON, **_OUTPUT},
}
_ACTIONS: Mapping[str, tuple[str, Callable[[argparse.Namespace], int]]] = {
    "give": ("enrol somebody who wishes it, and print their receipt", _give),
    "list": ("say who is enrolled, by pseudonym", _list),
    "withdraw": ("forget somebody, and print the receipt of that", _withdraw),
    "receipt": ("print a receipt once more", _receipt),
}
