"""The loop closed: the eye counts, one bit leaves the clerk, the real firmware moves the pin.

Whatever dies, the pin is asked where the lamp ends.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from edgekit.consent.authorisation import draft
from edgekit.consent.view import View
from edgekit.geometry import Line, Zone
from edgekit.records import Profile
from edgekit.testing.emulator import EmulatedBoard

pytestmark = pytest.mark.emulator

CROSSING = ((280, 300), (360, 300), (360, 420), (280, 420))
CORNER = ((0, 0), (90, 0), (90, 60), (0, 60))  # sky: nobody ever
STANDBY = 0.8  # the fade is over soon


@dataclass
class Loop:
    """A node, its lamp, and the emulated board between the lamp and the pin."""

    node: Any
    lamp: "subprocess.Popen[bytes]"
    board: EmulatedBoard
    start_lamp: Callable[[], "subprocess.Popen[bytes]"]

    def duty(self) -> float:
        """What the pin shows now: the share of the last 20 ms that it was high."""
        self.board.duty("B1")
        time.sleep(0.02)
        return self.board.duty("B1")

    def wait(self, holds: Callable[[float], bool], seconds: float = 60.0) -> float:
        """Wait for a duty at the pin; return how long it took, fail at the deadline."""
        begun = time.monotonic()
        while not holds(duty := self.duty()):
            assert time.monotonic() - begun < seconds, f"the pin is still at {duty:.1%}"
        return time.monotonic() - begun

    def wait_duty(self, level: float) -> float:
        return self.wait(lambda duty: abs(duty - level) < 0.01)


@pytest.fixture
def loop(
    places: Any,  # noqa: ANN401 -- as everywhere here
    firmware: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Loop]:
    """A node whose lamp follows the polygon that the test names."""
    polygon = request.param
    with EmulatedBoard.start(tmp_path, firmware) as board:
        zone = f'[[zone]]\nname = "way"\npolygon = {[list(p) for p in polygon]}\n'
        lamp = (
            f'[lamp]\nport = "serial:{board.port}"\nzone = "way"\ndaylight = "none"\n'
            "hold_s = 1\nstandby_percent = 80\n"
        )
        place = places.make("lit", extra=zone + lamp)
        view = View(
            width=640,
            height=480,
            lines=(Line("door", (320, 460), (320, 100)),),
            zones=(
                Zone("square", ((60, 120), (580, 120), (580, 460), (60, 460))),
                Zone("way", polygon),
            ),
        )
        now_s = int(time.time())
        unlit = draft(
            "site",
            profile=Profile.LOCAL,
            view=view,
            window_s=1,
            valid_from_s=now_s - 3600,
            valid_s=7200,
        )
        place.authorisation = replace(unlit, lamp=True, notice_digest="")
        places.authorise(place)
        command = [sys.executable, "-m", "edgekit", "lamp", str(place.settings)]

        def start_lamp() -> "subprocess.Popen[bytes]":
            with (tmp_path / "lamp.log").open("ab") as said:
                return subprocess.Popen(command, stdout=said, stderr=said)

        loop = Loop(places.run(place), start_lamp(), board, start_lamp)
        try:
            yield loop
        finally:
            loop.lamp.terminate()
            loop.lamp.wait(60)


@pytest.mark.parametrize("loop", [CROSSING], indirect=True)
def test_the_lamp_follows_people(loop: Loop) -> None:
    loop.node.wait_seeing(120)
    loop.wait_duty(STANDBY)
    for _ in range(2):
        loop.wait(lambda duty: duty == 1.0)
        loop.wait(lambda duty: duty < 0.9)  # nobody for a while: it fades


@pytest.mark.parametrize("loop", [CORNER], indirect=True)
def test_whatever_dies_the_lamp_ends_at_full_light(loop: Loop) -> None:
    took: dict[str, float] = {}
    assert loop.duty() == 1.0  # before anything is known
    loop.node.wait_seeing(120)
    loop.wait_duty(STANDBY)

    old = loop.node.kill("eye")
    took["eye"] = loop.wait_duty(1.0)
    loop.node.wait_new("eye", old)
    loop.wait_duty(STANDBY)

    old = loop.node.kill("clerk")
    took["clerk"] = loop.wait_duty(1.0)
    loop.node.wait_new("clerk", old)
    loop.wait_duty(STANDBY)

    os.kill(loop.lamp.pid, signal.SIGKILL)
    loop.lamp.wait()
    took["lamplighter"] = loop.wait_duty(1.0)
    loop.lamp = loop.start_lamp()
    loop.wait_duty(STANDBY)

    loop.board.tell("unplug")
    took["cable"] = loop.wait_duty(1.0)
    loop.board.tell("plug")
    loop.wait_duty(STANDBY)

    loop.board.tell("reset")
    assert loop.duty() == 1.0
    loop.wait_duty(STANDBY)

    loop.lamp.terminate()
    took["SIGTERM"] = loop.wait_duty(1.0)
    print({what: f"{seconds:.1f} s" for what, seconds in took.items()})
