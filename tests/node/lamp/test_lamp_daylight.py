"""A lamp that asks the camera for daylight: the pipe, and a dusk that the lamp itself lights."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from edgekit.config.lamp import Daylight, Lamp, Motion
from edgekit.errors import ConfigError
from edgekit.node.lamp.daylight_line import (
    FRESH_MS,
    NAME,
    TOLD_NOTHING,
    UNKNOWN,
    WORD,
    DaylightReader,
    DaylightWriter,
)
from edgekit.node.lamp.lamplighter import SETTLE_MS, Lamplighter
from edgekit.privacy.tally import Channel
from edgekit.records import Health, Kind, Observation
from edgekit.systems.street_light_state import Mode
from edgekit.testing.channels import FakeDimmer

FACTOR = 2.36
LAMP = Lamp(
    port="serial:/dev/none",
    zone=None,
    motion=Motion.PIR,
    daylight=Daylight.CAMERA,
    latitude_deg=47.648,
    longitude_deg=-122.35,
    standby_percent=20,
    hold_s=0,
    hand_min=0,
    rated_w=40,
    lux_factor=FACTOR,
)
LIGHT = {9: Channel.of("light.illuminance")}
DUSK_MS = 1_795_392_900_000  # 2026-11-23 00:15 UTC: the sun goes down in ten minutes
NIGHT_MS = 1_795_399_200_000


@dataclass
class Time:
    """A clock that the test moves."""

    ms: int = DUSK_MS


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    for name in ("now_ms", "steady_ms"):
        monkeypatch.setattr(f"edgekit.node.lamp.lamplighter.clock.{name}", lambda: time.ms)
    monkeypatch.setattr("edgekit.node.lamp.daylight_line.steady_ms", lambda: time.ms)
    return time


def site(folder: Path, lamp: Lamp | None = LAMP) -> Any:  # noqa: ANN401 -- as much of a Site as is asked for
    settings = SimpleNamespace(lamp=lamp, storage=SimpleNamespace(directory=folder))
    return SimpleNamespace(settings=settings)


def said(kind: Kind, value: int, channel: int = 0) -> Observation:
    return Observation(seq=0, t_ms=0, channel=channel, kind=kind, value=value)


BEAT = said(Kind.HEARTBEAT, 15)


def test_each_measurement_goes_over_once(tmp_path: Path, time: Time) -> None:
    writer = DaylightWriter(site(tmp_path), LIGHT)
    writer.tell(seeing=True)  # nobody reads yet
    reader = DaylightReader(tmp_path)
    assert reader.read() is None

    writer.tell(seeing=True)  # nothing heard of the eye yet
    assert reader.read() is None
    writer.see([BEAT, said(Kind.ILLUMINANCE, 340, 9), said(Kind.ILLUMINANCE, 7, 8)])
    for _ in range(3):
        writer.tell(seeing=True)
    assert (reader.read(), reader.read()) == (340.0, None)
    time.ms += FRESH_MS + 1
    writer.see([BEAT])
    writer.tell(seeing=True)
    nothing = reader.read()
    assert nothing is not None
    assert math.isnan(nothing)  # it sees, and can't tell
    writer.see([BEAT, said(Kind.ILLUMINANCE, 50, 9)])
    writer.tell(seeing=True)
    writer.see([said(Kind.ILLUMINANCE, 60, 9)])
    writer.tell(seeing=True)
    assert reader.read() == 60.0


@pytest.mark.parametrize("why", ["covered", "silent", "no lease"])
def test_what_nobody_sees_is_unknown(why: str, tmp_path: Path, time: Time) -> None:
    writer, reader = DaylightWriter(site(tmp_path), LIGHT), DaylightReader(tmp_path)
    writer.see([BEAT, said(Kind.ILLUMINANCE, 340, 9)])
    if why == "covered":
        writer.see([said(Kind.HEALTH, Health.COVERED)])
    time.ms += FRESH_MS + 1 if why == "silent" else 0
    writer.tell(seeing=why != "no lease")
    assert reader.read() is None
    writer.see([said(Kind.HEALTH, Health.GOOD), BEAT, said(Kind.ILLUMINANCE, 340, 9)])
    writer.tell(seeing=True)
    assert reader.read() == 340.0
    reader.close()
    writer.tell(seeing=True)
    writer.close()
    writer.close()


def test_no_such_lamp_no_pipe_and_no_leave_no_lux(tmp_path: Path, time: Time) -> None:
    for lamp in (None, replace(LAMP, daylight=Daylight.SUN)):
        reader = DaylightReader(tmp_path)
        writer = DaylightWriter(site(tmp_path, lamp), LIGHT)
        writer.see([BEAT, said(Kind.ILLUMINANCE, 340, 9)])
        writer.tell(seeing=True)
        assert reader.read() is None
    with pytest.raises(ConfigError, match=r"light.illuminance is not authorised, so the lamp"):
        DaylightWriter(site(tmp_path), {})
    assert time.ms == DUSK_MS


@dataclass
class Dusk:
    """A lamp over a scene that the camera sees: the sky, and the lamp's own light."""

    time: Time
    folder: Path
    sky_lux: float = 300.0
    own_lux: float = 40.0
    reflects: float = 1.0
    told: bool = True
    somebody: bool = False
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lamp = FakeDimmer(lambda: self.time.ms / 1000)
        motion = SimpleNamespace(value=False)
        board = SimpleNamespace(
            lamp=self.lamp, light=None, motion=motion, button=None, pause=None, close=lambda: None
        )
        self.motion = motion
        self.lighter = Lamplighter(
            LAMP,
            self.folder,
            open_board=lambda: board,
            say=lambda level, text: self.said.append(f"{level}: {text}"),
        )
        self.pipe = os.open(self.folder / NAME, os.O_WRONLY | os.O_NONBLOCK)
        self.seen: list[float] = []

    def run(self, seconds: int) -> Iterator[float]:
        """Let time pass; the eye tells once a second what it saw two seconds ago."""
        for _ in range(seconds):
            self.seen.append((self.sky_lux + self.own_lux * self.lamp.applied) * self.reflects)
            lux = round(self.seen[max(0, len(self.seen) - 3)])
            if self.told:
                os.write(self.pipe, WORD.pack(lux if lux >= 5 else TOLD_NOTHING))
            self.time.ms += 1000
            self.motion.value = self.somebody
            self.lighter.turn()
            yield self.lighter.state.level

    def close(self) -> None:
        self.lighter.close()
        os.close(self.pipe)


@pytest.fixture
def dusk(tmp_path: Path, time: Time) -> Iterator[Dusk]:
    dusk = Dusk(time, tmp_path)
    yield dusk
    dusk.close()


@pytest.mark.parametrize("reflects", [0.5, 1.0, 2.0])
def test_one_switch_at_dusk_though_the_lamp_lights_its_scene(dusk: Dusk, reflects: float) -> None:
    dusk.reflects = reflects
    on = []
    for minute in range(26):
        dusk.sky_lux = 2000 * 0.75**minute  # to below 2 lx
        dusk.somebody = minute % 5 == 4
        on += [level > 0 for level in dusk.run(60)]
    assert [was for was, now in pairwise(on) if was is not now] == [False]


def test_the_lamps_own_light_is_learned_and_taken_off(dusk: Dusk) -> None:
    dusk.time.ms, dusk.sky_lux = NIGHT_MS, 4.0
    for part in range(12):
        dusk.somebody = part % 2 == 1
        list(dusk.run(15))
    full_lux = dusk.lighter.state.senses.own.full_lux
    assert full_lux == pytest.approx(40, abs=3)


def test_silence_is_full_light_and_telling_nothing_is_not(dusk: Dusk) -> None:
    dusk.time.ms, dusk.sky_lux, dusk.own_lux = NIGHT_MS, 0.0, 0.0
    list(dusk.run(90))
    assert dusk.lighter.state.mode is Mode.STANDBY  # too dark to tell: it sees, the sun decides

    dusk.told = False
    list(dusk.run(30))
    assert dusk.lighter.state.mode is Mode.STANDBY
    list(dusk.run(40))
    assert dusk.lighter.state.mode is Mode.FAIL_SAFE
    assert dusk.lamp.applied == 1.0
    os.write(dusk.pipe, WORD.pack(UNKNOWN))
    list(dusk.run(1))
    assert dusk.lighter.state.mode is Mode.FAIL_SAFE


def test_what_was_seen_while_the_lamp_moved_is_not_believed(dusk: Dusk) -> None:
    dusk.somebody = True
    list(dusk.run(10))
    taken = dusk.lighter.state.senses.lux.t_ms
    dusk.lighter._moved_ms = dusk.time.ms
    list(dusk.run(SETTLE_MS // 1000 - 1))
    assert dusk.lighter.state.senses.lux.t_ms == taken
    list(dusk.run(2))
    assert dusk.lighter.state.senses.lux.t_ms != taken
