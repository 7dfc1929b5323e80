"""``edgekit check site.toml``: what a site does, in plain words, and what is wrong with it."""

import argparse
import json
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from edgekit.cli import abstention, drawn
from edgekit.cli.needs import (
    require_detector,
    require_driver_models,
    require_outlets,
    require_own_key,
    require_ports,
    require_source,
)
from edgekit.cli.notice import DRAFT, TEXT, load_organisation, read_signed
from edgekit.config import Settings
from edgekit.consent.authorisation import SiteAuthorisation, read_authorisation, read_draft
from edgekit.consent.notice import Notice
from edgekit.errors import ConfigError, ConsentError, EdgekitError
from edgekit.geometry import lint
from edgekit.node.site import TOLD, require_same_site
from edgekit.privacy.budget import epsilon_of
from edgekit.privacy.independence import clashes
from edgekit.privacy.profile import require_window

NOTICE_FOLDER = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong and what to do."""

    text: str
    hint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found out about a site; ``signed`` tells whether the words are signed or a draft.

    ``drawn`` says what is odd about its lines and zones.
    """

    settings: Settings | None
    authorisation: SiteAuthorisation | None
    signed: bool
    problems: tuple[Problem, ...]
    drawn: tuple[lint.Finding, ...] = ()


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "check",
        help="say in plain words what a site senses and what leaves",
        description="Say in plain words what is sensed, what for, what leaves, how often, to "
        "whom and until when, and what is wrong. Exit 1 where anything is.",
    )
    parser.add_argument("settings", metavar="site.toml", type=Path)
    parser.add_argument("--json", action="store_true", help="the same for programs")
    parser.add_argument(
        "--picture",
        type=Path,
        metavar="FILE.png",
        help="draw the lines and zones over the empty place, with what is wrong beside them",
    )
    parser.add_argument(
        "--blank", action="store_true", help="draw them over a blank ground; no camera is opened"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the finding; 1 where something is wrong."""
    found = examine(args.settings, int(time.time()))
    if args.blank and args.picture is None:
        raise ConfigError("--blank without --picture", hint="--picture FILE.png --blank")
    sketch = drawn.read_drawn(args.settings)
    if sketch is not None:
        findings = (
            sketch.findings()
            if args.picture is None
            else drawn.write_plan(sketch, args.settings, args.picture, blank=args.blank)
        )
        found = _with(found, findings)
    elif args.picture is not None:
        print("edgekit: no picture: nothing that could be drawn was read", file=sys.stderr)
    print(_as_json(found) if args.json else _as_text(found))
    return 1 if found.problems else 0


def examine(path: Path, now_s: int) -> Finding:
    """Look at everything that the node would need, and go on after each problem."""
    problems: list[Problem] = []
    try:
        settings = Settings.load(path)
    except ConfigError as error:
        problem = Problem(text=str(error), hint=error.hint)
        return Finding(settings=None, authorisation=None, signed=False, problems=(problem,))
    authorisation, signed = _authorisation(settings, problems)
    for check in _checks(settings, authorisation if signed else None, now_s):
        _try(check, problems)
    if authorisation is None:
        authorisation = _draft(settings)
    if authorisation is not None:
        problems += _clashes(authorisation)
    return Finding(
        settings=settings, authorisation=authorisation, signed=signed, problems=tuple(problems)
    )


def _with(found: Finding, findings: Sequence[lint.Finding]) -> Finding:
    """Return the finding with what is drawn; what is refused is a problem, once."""
    told = {problem.text for problem in found.problems}
    refused = tuple(
        Problem(text=one.text, hint=one.hint)
        for one in findings
        if one.severity is lint.Severity.REFUSED and one.text not in told
    )
    return replace(found, problems=(*found.problems, *refused), drawn=tuple(findings))


def _try(check: Callable[[], object], problems: list[Problem]) -> None:
    try:
        check()
    except EdgekitError as error:
        problems.append(Problem(text=str(error), hint=error.hint))


def _authorisation(
    settings: Settings, problems: list[Problem]
) -> tuple[SiteAuthorisation | None, bool]:
    try:
        organisation = load_organisation(settings)
        return read_authorisation(read_signed(settings), organisation=organisation), True
    except EdgekitError as error:
        problems.append(Problem(text=f"not authorised: {error}", hint=error.hint))
        return None, False


def _draft(settings: Settings) -> SiteAuthorisation | None:
    try:
        return read_draft(settings.authorisation.file.with_name(DRAFT).read_bytes())
    except (OSError, ConsentError):
        return None  # the missing signature is already among the problems


def _checks(
    settings: Settings, authorisation: SiteAuthorisation | None, now_s: int
) -> Iterator[Callable[[], object]]:
    yield lambda: require_own_key(settings)
    yield lambda: require_source(settings)
    yield lambda: require_detector(settings)
    yield lambda: require_driver_models(settings)
    yield lambda: require_ports(settings)
    yield lambda: require_outlets(settings)
    if authorisation is None:
        return
    allowed = authorisation
    yield lambda: allowed.require_valid(now_s)
    yield lambda: require_same_site(settings, allowed)
    yield lambda: allowed.require_view(settings.view)
    yield lambda: _require_outputs(settings, allowed)
    yield lambda: require_window(allowed.profile, allowed.window_s)
    yield lambda: epsilon_of(allowed)
    yield lambda: _require_notice(settings, allowed)
    for require in TOLD:
        yield partial(require, settings, allowed)


def _clashes(authorisation: SiteAuthorisation) -> Iterator[Problem]:
    return (Problem(text=clash.text, hint=clash.drop) for clash in clashes(authorisation))


def _require_outputs(settings: Settings, authorisation: SiteAuthorisation) -> None:
    metrics = [output.metric for output in authorisation.outputs]
    drawn = [("line", line.name) for line in settings.lines]
    drawn += [("zone", zone.name) for zone in settings.zones]
    drawn += [("room", room.name) for room in settings.rooms]
    doors = {door.line for room in settings.rooms for door in room.doors}
    for kind, name in drawn:
        used = any(metric.startswith(f"{kind}.{name}.") for metric in metrics)
        if not used and not (kind == "line" and name in doors):
            raise ConsentError(
                f"{kind} {name!r} is drawn, but no number of it is authorised",
                hint=f"remove the {kind}, or have it authorised",
            )


def _require_notice(settings: Settings, authorisation: SiteAuthorisation) -> None:
    path = settings.path.parent / NOTICE_FOLDER / TEXT
    command = shlex.join(["edgekit", "notice", str(settings.path), "-o", str(path.parent)])
    redo = f"{command}, then put up the sign"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        if not authorisation.profile.at_home:
            raise ConsentError(f"there is no notice in {path.parent}", hint=redo) from error
        return
    if authorisation.notice_digest not in text:
        raise ConsentError(f"the notice in {path.parent} is out of date", hint=redo)


def _as_text(found: Finding) -> str:
    parts: list[str] = []
    if found.authorisation is not None:
        site = found.authorisation
        how = _standing(found)
        notice = Notice(site)
        parts += [f"{site.site}: {how}\n\n{notice.text()}", *abstention.words(notice)]
    if found.settings is not None and (light := found.settings.light) is not None:
        parts.append(f"Light: {light.words()}\n")
    if found.settings is not None and (version := found.settings.written_for) != 1:
        parts.append(f"site.toml is of version {version} and is read as 1.\n")
    parts += drawn.words(found.drawn)
    if not found.problems:
        return "\n".join([*parts, "Nothing is wrong."])
    parts.append(f"What is wrong ({len(found.problems)}):")
    for problem in found.problems:
        parts.append(f"- {problem.text}")
        if problem.hint:
            parts.append(f"  What to do: {problem.hint}")
    return "\n".join(parts)


def _standing(found: Finding) -> str:
    if not found.signed:
        return "This is a draft: not signed yet."
    if found.problems:
        return "This was signed, but it can't run like that: see the end."
    return "This is allowed, and signed."


def _as_json(found: Finding) -> str:
    site = found.authorisation
    told: dict[str, object] = {"signed": found.signed, "authorisation": None}
    if site is not None:
        words: list[dict[str, object]] = [
            {"title": one.title, "lines": one.lines, "points": one.points}
            for one in Notice(site).sections()
        ]
        told["authorisation"] = {
            "digest": site.digest,
            "notice": site.notice_digest,
            "site": site.site,
            "profile": site.profile.value,
            "valid_from_s": site.valid_from_s,
            "valid_to_s": site.valid_to_s,
            "outputs": [output.to_json() for output in site.outputs],
            "words": words,
            "proofs": abstention.promises_as_json(Notice(site)),
        }
    told["cannot"] = abstention.as_json()
    told["drawn"] = drawn.as_json(found.drawn)
    told["problems"] = [{"problem": one.text, "hint": one.hint} for one in found.problems]
    return json.dumps(told, indent=2, ensure_ascii=False)
