"""``edgekit bridge list|ping|monitor|flash``: microcontrollers on a wire."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.errors import ConfigError

if TYPE_CHECKING:
    from edgekit.bridge.board import Bridge
    from edgekit.wire.channels import Sample

_NEXT_S = 5.0
_KEY_HEX = 32


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "bridge",
        help="list, ask, watch and flash microcontrollers",
        description="An Arduino or the like on a USB cable, that reads sensors and drives lamps "
        "and valves: docs/first-node.md says what goes where.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing, ping, monitor, flash = (
        actions.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        for name, words in (
            ("list", "show serial ports by the names that stay"),
            ("ping", "ask a board who it is, and how long it takes"),
            ("monitor", "show what a board measures, line by line"),
            ("flash", "put the firmware on an Arduino Uno or Nano"),
        )
    )
    for action in (ping, monitor, flash):
        action.add_argument("port", help="serial:by-id/…, a path, or socket://host:port")
    for action in (ping, monitor):
        action.add_argument("--baud", type=int, default=250_000, help="speed (default 250000)")
        action.add_argument("--key", type=Path, help="file with the board's key, 32 hex digits")
    ping.add_argument("--count", type=int, default=5, help="how often (default 5)")
    monitor.add_argument("--period", type=float, default=1.0, metavar="S", help="seconds a line")
    monitor.add_argument("--count", type=int, help="stop after so many lines")
    flash.add_argument(
        "--hex", type=Path, metavar="FILE", help="the firmware (default: what `make firmware` made)"
    )
    flash.add_argument(
        "--bootloader-baud", type=int, default=115_200, metavar="BAUD", help="57600 for old Nanos"
    )
    flash.add_argument(
        "--new-key", type=Path, metavar="FILE", help="give the board a key, and write it here"
    )
    for action in (listing, ping, monitor, flash):
        action.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run it: 0 done, 1 no board or it does not answer, 2 usage."""
    if getattr(options, "count", None) is not None and options.count < 1:
        raise ConfigError(f"--count {options.count}: expected at least 1")
    actions = {"list": _list, "ping": _ping, "monitor": _monitor, "flash": _flash}
    return actions[options.action](options)


def _list(options: argparse.Namespace) -> int:
    from edgekit.bridge.port import list_ports  # noqa: PLC0415 -- help stays quick

    ports = list_ports()
    for spec, device in ports:
        row = {"port": spec, "device": device}
        print(json.dumps(row) if options.json else f"{spec}  ({device})")
    if not ports:
        print("edgekit: no serial port is there; is the board plugged in?", file=sys.stderr)
    return 0


def _open(options: argparse.Namespace, *, period_s: float = 1.0) -> "Bridge":
    from edgekit.bridge.board import Bridge  # noqa: PLC0415 -- help stays quick

    key = None if options.key is None else _read_key(options.key)
    return Bridge(options.port, baud=options.baud, key=key, period_s=period_s)


def _read_key(path: Path) -> bytes:
    try:
        text = path.read_text(encoding="ascii").strip()
        if len(text) == _KEY_HEX:
            return bytes.fromhex(text)
    except (OSError, ValueError) as error:
        raise ConfigError(f"key {path} can't be read: {error}") from error
    raise ConfigError(f"key {path} has {len(text)} characters: expected 32 hex digits")


def _ping(options: argparse.Namespace) -> int:
    with _open(options) as bridge:
        hello = bridge.hello
        trips_ms = [1000 * bridge.ping(b"edgekit!") for _ in range(options.count)]
        told = {
            "uid": hello.uid.hex(),
            "firmware": ".".join(map(str, hello.firmware)),
            "boot_id": hello.boot_id,
            "uptime_s": hello.uptime_ticks // hello.tick_hz,
            "channels": [channel.kind.name.lower() for channel in bridge.channels],
            "round_trip_ms": [round(trip, 2) for trip in trips_ms],
        }
    if options.json:
        print(json.dumps(told))
        return 0
    for name, value in told.items():
        words = ", ".join(map(str, value)) if isinstance(value, list) else value
        print(f"{name:<14} {words}")
    return 0


def _monitor(options: argparse.Namespace) -> int:
    with _open(options, period_s=options.period) as bridge:
        names = _names(bridge)
        if not options.json:
            print("  ".join(["      s", *names]))
        for sample in _samples(bridge, options.count, options.period):
            seconds = sample.ticks / bridge.hello.tick_hz
            if options.json:
                print(json.dumps({"s": seconds, **dict(zip(names, sample.values, strict=True))}))
            else:
                cells = (_cell(v).rjust(len(n)) for n, v in zip(names, sample.values, strict=True))
                print("  ".join([f"{seconds:7.1f}", *cells]))
            sys.stdout.flush()
    return 0


def _names(bridge: "Bridge") -> list[str]:
    return [f"{channel.index}:{channel.kind.name.lower()}" for channel in bridge.channels]


def _cell(value: int | tuple[int, int] | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value[0]} ({value[1]})"


def _samples(bridge: "Bridge", count: int | None, period_s: float) -> Iterator["Sample"]:
    last = None
    while count is None or count > 0:
        found = bridge.wait_snapshot(last, period_s + _NEXT_S)
        if found is None:
            bridge.wait_ready(_NEXT_S)  # says why there is none
            continue
        last = found
        yield found.sample
        count = None if count is None else count - 1


def _flash(options: argparse.Namespace) -> int:
    from edgekit.bridge import flashing  # noqa: PLC0415 -- likewise
    from edgekit.bridge.board import Bridge  # noqa: PLC0415 -- help stays quick

    firmware = flashing.find_firmware(options.hex)
    key = None if options.new_key is None else flashing.write_key(options.new_key)
    flashing.flash(options.port, firmware, options.bootloader_baud)
    with Bridge(options.port) as bridge:
        uid = flashing.adopt(bridge, key)
        told = {"uid": uid.hex(), "firmware": ".".join(map(str, bridge.hello.firmware))}
    print(json.dumps(told) if options.json else f"board {told['uid']} runs {told['firmware']}")
    return 0
