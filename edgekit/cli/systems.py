"""``edgekit systems list|explain|run``: the city's systems, for people without code."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from edgekit.cli.reading import read_bytes
from edgekit.cli.token import add_token
from edgekit.errors import ConfigError

if TYPE_CHECKING:
    from datetime import tzinfo

    from edgekit.cli.series import Adapter, Played
    from edgekit.systems.card import Card
    from edgekit.systems.decision import Decision

WIDTH = 100
LIVE_TURN_S = 0.1


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "systems",
        help="list and explain the city's systems, run them on recorded data or on a board",
        description="Water, air, light and the rest: what each decides, by which method, where it "
        "goes when it fails, and what may leave. `run` replays a file and drives nothing, `live` "
        "runs on a board and drives what is wired to it.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="show the systems")
    explaining = actions.add_parser("explain", help="say what one does, and the form of its file")
    running = actions.add_parser("run", help="replay a file and print what it decides")
    living = actions.add_parser("live", help="run one on a board, until it is stopped")
    add_token(actions)
    for action in (explaining, running, living):
        action.add_argument("name", help="the system's name: edgekit systems list")
    living.add_argument("--port", required=True, help="of the board: edgekit bridge list")
    living.add_argument(
        "--per-pulse", type=float, default=1.0, metavar="LITRES", help="of its meter (1)"
    )
    running.add_argument("--data", type=Path, required=True, metavar="FILE.csv", help="readings")
    running.add_argument(
        "--draw", type=Path, metavar="FILE.png", help="draw readings and decisions"
    )
    for action in (running, living):
        action.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="change a setting; explain shows them",
        )
        action.add_argument(
            "--timezone",
            metavar="NAME",
            help="of days, of times without an offset, and of what is shown (UTC)",
        )
        action.add_argument(
            "--state", type=Path, metavar="FILE", help="go on from this state, and keep it there"
        )
    for action in (listing, explaining, running, living):
        action.add_argument("--json", action="store_true", help="print JSON, one object a line")
    for action in (listing, explaining, running, living):
        action.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List, explain or replay."""
    if args.action == "list":
        return _list(as_json=args.json)
    adapter = _adapter(args.name)
    if args.action == "explain":
        return _explain(adapter, as_json=args.json)
    return _run(adapter, args) if args.action == "run" else _live(adapter, args)


def names() -> tuple[str, ...]:
    """Return the systems' names: one file each in the folder ``city``."""
    import edgekit.cli.city  # noqa: PLC0415 -- help stays quick

    return tuple(sorted(module.name for module in iter_modules(edgekit.cli.city.__path__)))


def _adapter(name: str) -> "Adapter":
    known = names()
    if name not in known:
        raise ConfigError(f"there is no system {name!r}", hint=f"there are {', '.join(known)}")
    adapter: Adapter = import_module(f"edgekit.cli.city.{name}").ADAPTER
    return adapter


def _list(*, as_json: bool) -> int:
    for name in names():
        card = _adapter(name).card
        if as_json:
            print(json.dumps(_card(card)))
        else:
            print(f"{name:16} {card.title}")
            print(f"{'':16} safe: {card.safe_states}; leaves: {_leaves(card)}")
    return 0


def _explain(adapter: "Adapter", *, as_json: bool) -> int:
    from edgekit.cli.explanation import explained  # noqa: PLC0415 -- help stays quick

    card = adapter.card
    if as_json:
        print(json.dumps(_card(card) | {"columns": {c.name: c.words for c in adapter.columns}}))
    else:
        print("\n".join(explained(adapter)))
    return 0


def _require_keepable(card: "Card") -> None:
    if card.fleeting:
        raise ConfigError(
            f"the state of {card.name} tells where people are: it is kept on no disk",
            hint="leave out --state: it begins anew within seconds",
        )


def _begun(adapter: "Adapter", args: argparse.Namespace) -> tuple[Any, Any]:
    """Return the settings, and the state that was kept, None where there is none."""
    from edgekit.cli.series import settings_of  # noqa: PLC0415 -- help stays quick
    from edgekit.systems.persistence import from_json  # noqa: PLC0415 -- likewise

    settings = settings_of(adapter, args.set, args.timezone)
    if args.state is None:
        return settings, None
    _require_keepable(adapter.card)
    if not args.state.exists():
        return settings, None
    kind = type(adapter.begin(settings))
    return settings, from_json(kind, read_bytes(args.state), settings=settings)


def _live(adapter: "Adapter", args: argparse.Namespace) -> int:
    import threading  # noqa: PLC0415 -- help stays quick

    from edgekit.bridge.board import Bridge  # noqa: PLC0415 -- likewise
    from edgekit.cli.live import Live  # noqa: PLC0415 -- likewise
    from edgekit.cli.moment import zone_of  # noqa: PLC0415 -- likewise
    from edgekit.node.clock import now_ms, steady_ms  # noqa: PLC0415 -- likewise
    from edgekit.node.processes.lock import StopSignals  # noqa: PLC0415 -- likewise
    from edgekit.node.steward.wired import Fitting  # noqa: PLC0415 -- likewise
    from edgekit.node.steward.wiring import WIRINGS  # noqa: PLC0415 -- likewise

    if adapter.card.name not in WIRINGS:
        raise ConfigError(
            f"{adapter.card.name} is not wired to a board by this command",
            hint=f"there are {', '.join(WIRINGS)}; for the others see examples/",
        )
    settings, state = _begun(adapter, args)
    zone = zone_of(args.timezone)
    stop = threading.Event()
    with Bridge(args.port) as bridge, StopSignals(stop.set):
        wired = WIRINGS[adapter.card.name](
            bridge, Fitting(per_pulse=args.per_pulse, settings=settings)
        )
        live = Live(
            adapter,
            wired,
            state=adapter.begin(settings) if state is None else state,
            keep=args.state,
            tell=lambda decision: _show(decision, zone, for_programs=args.json),
            clock_ms=now_ms,
            steady_ms=steady_ms,
        )
        print(f"edgekit: {adapter.card.name} on {args.port}; Ctrl+C ends it", file=sys.stderr)
        try:
            while not stop.wait(LIVE_TURN_S):
                live.turn()
        finally:
            live.close()
    return 0


def _run(adapter: "Adapter", args: argparse.Namespace) -> int:
    from edgekit.cli.moment import zone_of  # noqa: PLC0415 -- help stays quick
    from edgekit.cli.series import play  # noqa: PLC0415 -- likewise
    from edgekit.cli.writing import write_whole  # noqa: PLC0415 -- likewise
    from edgekit.systems.persistence import to_json  # noqa: PLC0415 -- likewise

    settings, state = _begun(adapter, args)
    zone = zone_of(args.timezone)
    played = play(adapter, read_bytes(args.data), settings, state, args.timezone)
    if args.draw is not None:
        from edgekit.cli.picture import draw  # noqa: PLC0415 -- only where a picture is asked for

        picture = draw(adapter, played, zone)
        write_whole(_png(args.draw).parent, {args.draw.name: picture})
    if args.state is not None:
        write_whole(args.state.absolute().parent, {args.state.name: to_json(played.state)})
    for decision in played.decisions:
        _show(decision, zone, for_programs=args.json)
    _say(adapter, played)
    return 0


def _show(decision: "Decision", zone: "tzinfo", *, for_programs: bool) -> None:
    text = json.dumps(as_json(decision)) if for_programs else "\n".join(as_text(decision, zone))
    print(text, flush=True)


def as_json(decision: "Decision") -> dict[str, Any]:
    """Return a decision for programs."""
    from dataclasses import asdict  # noqa: PLC0415 -- help stays quick

    from edgekit.evaluation.timestamp import to_text  # noqa: PLC0415 -- likewise

    fields = asdict(decision)
    return {"time": to_text(fields.pop("t_ms"))} | fields


def as_text(decision: "Decision", zone: "tzinfo" = UTC) -> Iterator[str]:
    """Yield a decision in lines for people, by the clocks of ``zone``."""
    from edgekit.evaluation.timestamp import to_words  # noqa: PLC0415 -- help stays quick

    head = f"{to_words(decision.t_ms, zone):23}  {decision.severity:7}  {decision.what}"
    yield head
    yield f"{'':4}{decision.reason}"
    command = decision.command
    if command is not None:
        yield (
            f"{'':4}-> {command.channel} = {command.value} for {command.expires_ms / 1000:g} s, "
            f"then {command.safe}"
        )


def _say(adapter: "Adapter", played: "Played") -> None:
    counts: dict[str, int] = {}
    for decision in played.decisions:
        counts[decision.severity] = counts.get(decision.severity, 0) + 1
    told = (
        ", ".join(f"{count} {severity}" for severity, count in counts.items()) or "nothing to say"
    )
    print(f"edgekit: {adapter.card.name}: {played.readings} readings: {told}", file=sys.stderr)


def _card(card: "Card") -> dict[str, Any]:
    return {
        "name": card.name,
        "title": card.title,
        "method": card.method,
        "source": card.source,
        "unknown": card.unknown,
        "channels": {channel.name: channel.safe for channel in card.channels},
        "outputs": {one.metric: one.sensitivity for one in card.outputs},
    }


def _leaves(card: "Card") -> str:
    if not card.outputs:
        return "nothing"
    kinds = dict.fromkeys(str(one.sensitivity) for one in card.outputs)
    many = "s" * (len(card.outputs) > 1)
    return f"{len(card.outputs)} number{many} ({', '.join(kinds)})"


def _png(path: Path) -> Path:
    if path.suffix.lower() != ".png":
        raise ConfigError(f"--draw {path}: expected a file that ends in .png")
    return path.absolute()
