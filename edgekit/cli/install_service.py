"""``edgekit install-service``: the systemd unit of a site."""

import argparse
import shutil
import sys
from pathlib import Path


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "install-service",
        help="write a hardened systemd unit for a site",
        description="Write /etc/systemd/system/edgekit.service for a site, as root, and say what "
        "to do next. With --dry-run only print it.",
    )
    parser.add_argument("settings", type=Path, metavar="site.toml")
    parser.add_argument("--user", default="edgekit", help="whose processes these are (edgekit)")
    parser.add_argument("--dry-run", action="store_true", help="print the unit, change nothing")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print or write the unit."""
    from edgekit.config import Settings  # noqa: PLC0415 -- only what the verb needs
    from edgekit.node.unit import NAME, PLACE, unit_of  # noqa: PLC0415 -- likewise

    found = shutil.which("edgekit") if Path(sys.argv[0]).name != "edgekit" else sys.argv[0]
    command = Path(found or Path(sys.executable).with_name("edgekit")).absolute()
    text = unit_of(Settings.load(options.settings), command=command, user=options.user)
    if options.dry_run:
        print(text, end="")
        return 0
    draft = PLACE.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(PLACE)
    steps = (
        f"{PLACE} is written. Then:",
        f"  useradd --system --no-create-home {options.user}    # unless it exists",
        f"  systemctl daemon-reload && systemctl enable --now {NAME}",
    )
    print("\n".join(steps), file=sys.stderr)
    return 0
