"""``edgekit systems token``: somebody consents that his token opens a door, or withdraws."""

import argparse
import sys
import time
from pathlib import Path

from edgekit.errors import ConfigError

DAYS, MOST_DAYS = 365.0, 3_650.0
ANSWER_S = 60.0


def add_token(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    token = actions.add_parser(
        "token",
        help="let a token open the door of [systems.building], or forget it",
        description="Reads one token, from standard input or from the reader beside the door, and "
        "keeps its digest: nobody's name, and not the token. The node hears of it within seconds.",
    )
    token.add_argument("site", type=Path, metavar="site.toml")
    token.add_argument(
        "--days", type=float, default=DAYS, help="for how long its holder consents (365)"
    )
    token.add_argument("--withdraw", action="store_true", help="forget it at once")
    token.add_argument(
        "--reader", metavar="PORT", help="hold it to this reader, which no node may be using"
    )
    token.set_defaults(run=token_run)


def token_run(args: argparse.Namespace) -> int:
    """Read one token, and keep or forget it."""
    from edgekit.config import Settings  # noqa: PLC0415 -- help stays quick
    from edgekit.node.steward.door import grant, withdraw  # noqa: PLC0415 -- likewise

    if not 0 < args.days <= MOST_DAYS:
        raise ConfigError(f"--days {args.days:g}: expected more than 0, at most {MOST_DAYS:g}")
    systems = {one.name: one for one in Settings.load(args.site).systems}
    building = systems.get("building")
    if building is None or building.tokens is None:
        raise ConfigError(
            f"{args.site} has no door with tokens",
            hint='add door = true and tokens = "tokens" to [systems.building]',
        )
    token = _from_reader(args.reader) if args.reader else sys.stdin.readline().strip()
    if args.withdraw:
        known = withdraw(building.tokens, token)
        print("forgotten" if known else "it was not known", file=sys.stderr)
        return 0 if known else 1
    grant(building.tokens, token, until_s=int(time.time() + args.days * 86_400))
    print(f"it opens the door for {args.days:g} days", file=sys.stderr)
    return 0


def _from_reader(spec: str) -> str:
    from edgekit.bridge.port import Port  # noqa: PLC0415 -- help stays quick
    from edgekit.node.steward.door import BAUD, lines_of  # noqa: PLC0415 -- likewise

    port, rest, until_s = Port(spec, BAUD), b"", time.monotonic() + ANSWER_S
    print("hold the token to the reader", file=sys.stderr)
    try:
        while time.monotonic() < until_s:
            rest += port.read(1.0, port.descriptor)
            lines, rest = lines_of(rest)
            if lines:
                return lines[0]
    finally:
        port.close()
    raise ConfigError(f"{spec} read nothing within {ANSWER_S:g} s", hint="is it the reader's port?")
