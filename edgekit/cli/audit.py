"""``edgekit audit``: attack a site's walls now, and say what held."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edgekit.config import Settings
    from edgekit.node.walls.audit import Finding

_WHO: Mapping[str, str] = {
    "eye": "The eye, which sees",
    "fetcher": "The fetcher, which calls the camera on the network",
    "reviewer": "The reviewer, which looks at a covered picture again",
    "clerk": "The clerk, which signs",
    "steward": "The steward, which reads meters and probes",
    "herald": "The herald, which hands over",
    "page": "The page, which answers whoever asks",
}


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "audit",
        help="attack a site's walls now, and say what held",
        description="Start a process behind the walls of each of the node's processes, let it "
        "try to break out, and say promise by promise what came of it. A node that runs is looked "
        "at from outside and goes on. Exit 0: everything held; 1: something did not.",
    )
    parser.add_argument("settings", type=Path, metavar="site.toml")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Attack and print; exit 1 where a promise did not hold."""
    from tqdm import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415 -- no types; help stays quick

    from edgekit.config import Settings  # noqa: PLC0415 -- only what the verb needs
    from edgekit.node.walls.audit import audit, walls_here  # noqa: PLC0415 -- likewise

    settings = Settings.load(options.settings)
    hidden = not sys.stderr.isatty()
    bar = tqdm(audit(settings), disable=hidden, unit=" promises", leave=False)
    findings = list(bar)
    holds = all(one.holds for one in findings)
    if options.json:
        rows = [dataclasses.asdict(one) for one in findings]
        print(json.dumps({"holds": holds, "walls": walls_here(), "findings": rows}))
    else:
        print("\n".join([*_page(settings), *table(findings, settings.site.name, walls_here())]))
    return 0 if holds else 1


def _page(settings: "Settings") -> list[str]:
    """Return what the public is told, in its order, where it is signed: first what, then what not.

    Whether it may run at all is `edgekit check`'s to say.
    """
    from edgekit.cli import abstention  # noqa: PLC0415 -- likewise
    from edgekit.cli.notice import load_organisation, read_signed  # noqa: PLC0415 -- likewise
    from edgekit.consent.authorisation import read_authorisation  # noqa: PLC0415 -- likewise
    from edgekit.consent.notice import Notice  # noqa: PLC0415 -- likewise
    from edgekit.errors import EdgekitError  # noqa: PLC0415 -- likewise

    try:
        site = read_authorisation(read_signed(settings), organisation=load_organisation(settings))
    except EdgekitError as error:
        return [f"Nothing is allowed here: {error}.", "", *abstention.words()]
    notice = Notice(site)
    return [notice.text(), *abstention.words(notice)]


def table(findings: "list[Finding]", site: str, walls: str) -> list[str]:
    """Return the lines for whoever answers for the camera: who, promise, how tried, result."""
    how = "Each part is shut in by the system itself. Behind the very same walls a program "
    lines = [
        f"Site {site}: every promise about its walls, tried just now.",
        f"{how}tried to break out ({walls}):",
    ]
    who = ""
    for one in findings:
        if one.who != who:
            who = one.who
            lines += ["", f"{_WHO[who]}:"]
        lines.append(f"  {'held ' if one.holds else 'BROKE'}  {one.promise}")
        lines.append(f"         tried: {one.tried}")
        lines += [f"         came through: {fault}" for fault in one.faults]
    broken = sum(not one.holds for one in findings)
    verdict = "All held." if not broken else f"{broken} of {len(findings)} did not hold."
    return [*lines, "", verdict]
