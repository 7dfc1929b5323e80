"""``edgekit pause site.toml``: the camera of a running node sees nothing for a while."""

import argparse
import sys
from typing import TYPE_CHECKING

from edgekit.cli.objecting import add_site

if TYPE_CHECKING:
    from edgekit.config import Settings
    from edgekit.seams.channels import PushButton

TURN_S = 0.1
GPIO = "gpio:"


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "pause",
        help="pause the camera of a running node",
        description="Pause the camera of a running node within a second. With the organisation's "
        "key for as long as is said, or until edgekit resume; without it for a quarter of an "
        "hour, as the button on the spot does.",
    )
    add_site(parser)
    parser.add_argument("--minutes", type=int, metavar="N", help="how long; needs the key")
    parser.add_argument(
        "--token",
        metavar="DIGITS",
        help="the six digits that the node's own page shows: who reads them there is near",
    )
    parser.add_argument(
        "--button",
        metavar="WHERE",
        help="stay, and pause at each press: gpio:17 (a pin, BCM), or the port of a board",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Pause, and say for how long."""
    from edgekit.cli import objecting  # noqa: PLC0415 -- only what the verb needs
    from edgekit.config import Settings  # noqa: PLC0415 -- likewise
    from edgekit.consent.objection import Word  # noqa: PLC0415 -- likewise
    from edgekit.consent.pause import PAUSE_MS  # noqa: PLC0415 -- likewise
    from edgekit.errors import ConfigError  # noqa: PLC0415 -- likewise
    from edgekit.node.clerking.bell import PRESENT  # noqa: PLC0415 -- likewise

    settings = Settings.load(options.settings)
    if options.button is not None:
        return _stay(settings, options.button)
    if options.token is not None:
        return _show(settings, options)
    key = objecting.key_of(settings, options.key)
    if key is None:
        if options.minutes is not None:
            raise ConfigError(
                "--minutes is the organisation's to say: expected --key",
                hint=f"without it a pause lasts {PAUSE_MS // 60_000} minutes",
            )
        objecting.tell(settings, PRESENT)
        print(f"Paused for {PAUSE_MS // 60_000} minutes.")
        return 0
    note = objecting.signed(settings, Word.PAUSE, key, minutes=options.minutes)
    objecting.tell(settings, note)
    until = f"for {options.minutes} minutes" if options.minutes else "until edgekit resume"
    print(f"Paused {until}.")
    return 0


def _show(settings: "Settings", options: argparse.Namespace) -> int:
    """Hand the node a token, and wait a moment for what comes of it."""
    import time  # noqa: PLC0415 -- only where somebody shows a token

    from edgekit.cli import objecting  # noqa: PLC0415 -- likewise
    from edgekit.consent.presence import DIGITS  # noqa: PLC0415 -- likewise
    from edgekit.consent.states import State  # noqa: PLC0415 -- likewise
    from edgekit.errors import ConfigError, ConsentError, SensorError  # noqa: PLC0415 -- likewise
    from edgekit.node.clerking.bell import TOKEN  # noqa: PLC0415 -- likewise
    from edgekit.node.status import CLERK, read_state  # noqa: PLC0415 -- likewise

    if options.key is not None or options.minutes is not None:
        raise ConfigError(
            "--token is the word of somebody present: expected no --key and no --minutes"
        )
    token = options.token
    if not (len(token) == DIGITS and token.isascii() and token.isdecimal()):
        raise ConfigError(f"--token {token!r}: expected {DIGITS} digits")
    told_s = time.time()
    objecting.tell(settings, TOKEN + token.encode())
    state = read_state(settings.storage.directory / CLERK)
    while state.get("t_s", 0) <= told_s:
        if time.time() > told_s + objecting.TAKEN_S:
            raise SensorError(
                "the node does not say what came of it", hint="look: edgekit status site.toml"
            )
        time.sleep(TURN_S)
        state = read_state(settings.storage.directory / CLERK)
    if state.get("authorisation") != State.PAUSED:
        raise ConsentError(
            "the node did not pause: the token is not, or no longer, that of its page",
            hint="read it from the page again: it changes every minute",
        )
    print("Paused, as by the button.")
    return 0


def _stay(settings: "Settings", where: str) -> int:
    """Pass each press of a button on to the node, until this is stopped."""
    import threading  # noqa: PLC0415 -- only where somebody has a button
    from contextlib import ExitStack  # noqa: PLC0415 -- likewise

    from edgekit.bridge.board import Bridge  # noqa: PLC0415 -- likewise
    from edgekit.bridge.inputs import Button  # noqa: PLC0415 -- likewise
    from edgekit.errors import ConfigError  # noqa: PLC0415 -- likewise
    from edgekit.node.clerking.bell import PRESENT, ring  # noqa: PLC0415 -- likewise
    from edgekit.node.processes.lock import StopSignals  # noqa: PLC0415 -- likewise
    from edgekit.sensors.pin_button import PinButton  # noqa: PLC0415 -- likewise

    stop = threading.Event()
    with ExitStack() as held, StopSignals(stop.set):
        button: PushButton
        if where.startswith(GPIO):
            pin = where.removeprefix(GPIO)
            if not pin.isdecimal():
                raise ConfigError(f"--button {where}: expected the number of a pin, as gpio:17")
            button = made = PinButton(int(pin))
            held.callback(made.close)
        else:
            button = Button(held.enter_context(Bridge(where)))
        presses = button.presses
        while not stop.wait(TURN_S):
            if button.presses != presses:
                presses = button.presses
                ring(settings.storage.directory, PRESENT)
                print("edgekit: info: paused by the button", file=sys.stderr, flush=True)
    return 0
