"""The lamplighter: moves one lamp by one bit of the clerk's, the sun and what its board measures.

A process of its own, with a serial port and nothing else: it sees no picture, holds no key and has
no network. Every command that it gives ends after 3 s in the lamp's safe state, full light:
whatever dies (eye, clerk, cable, lamplighter), nobody walks in the dark.
"""

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from edgekit.bridge.board import Bridge
from edgekit.bridge.inputs import AnalogLight, Bh1750, Button, Motion
from edgekit.bridge.outputs import Lamp
from edgekit.config.lamp import Daylight
from edgekit.config.lamp import Lamp as LampSettings
from edgekit.config.lamp import Motion as MotionSensor
from edgekit.control.override import Override
from edgekit.errors import BridgeError, ConfigError
from edgekit.node import clock
from edgekit.node.clerking.bell import PRESENT, ring
from edgekit.node.lamp.daylight_line import DaylightReader
from edgekit.node.lamp.presence_line import PresenceReader, Said
from edgekit.node.lamp.traffic import ReleasedTraffic
from edgekit.records import ClockTrust
from edgekit.seams.channels import Dimmer, LightSensor, Presence, PushButton
from edgekit.systems.persistence import from_json, to_json
from edgekit.systems.street_light import begin, step
from edgekit.systems.street_light_state import Mode, Reading, Settings, State

TURN_S = 0.1
EXPIRES_S, RENEW_MS = 3.0, 1_000
"""A command is given three times before it ends: two may be lost."""

FRESH_MS = 2_000
"""The clerk writes five times a second; after so long its last word is no news."""

SETTLE_MS = 3_000
"""What the eye tells of the light was seen up to so long ago."""

NOD_MS, NOD_HALF_MS, NOD_LEVEL = 3_000, 500, 0.5
"""For so long the lamp nods when the camera is paused, between full and so much light."""

KEEP_MS = 3_600_000
STATE = "lamp.json"

_PRIVATE = frozenset({Mode.PRESENCE, Mode.HOLD, Mode.STANDBY, Mode.CLASS})
"""Who comes and goes is told by the lamp to whoever looks, and by no log."""


class Board(Protocol):
    """What is on the lamp's board; None = it is not fitted, or not asked."""

    lamp: Dimmer
    light: LightSensor | None
    motion: Presence | None
    button: PushButton | None
    pause: PushButton | None

    def close(self) -> None:
        """Let go of it."""
        ...


class WiredBoard:
    """The board of a `[lamp]`; raises ConfigError where a part is missing on it, BridgeError."""

    def __init__(self, lamp: LampSettings) -> None:
        self._bridge = Bridge(lamp.port)
        try:
            self.lamp: Dimmer = Lamp(self._bridge)
            self.light = _light(lamp.daylight, self._bridge)
            pir = lamp.motion is MotionSensor.PIR
            self.motion: Presence | None = Motion(self._bridge) if pir else None
            self.button: PushButton | None = Button(self._bridge) if lamp.hand_min else None
            number = lamp.pause_button - 1
            self.pause: PushButton | None = Button(self._bridge, number) if number >= 0 else None
        except BaseException:
            self._bridge.close()
            raise

    def close(self) -> None:
        """Let go of it; what was commanded expires."""
        self._bridge.close()


def _light(daylight: Daylight, bridge: Bridge) -> LightSensor | None:
    if daylight is Daylight.ANALOG:
        return AnalogLight(bridge)
    return Bh1750(bridge) if daylight is Daylight.BH1750 else None


class Lamplighter:
    """Runs one lamp.

    Args:
        lamp: its settings.
        folder: the node's, for the pipe from the clerk and the state.
        open_board: opens the board; BridgeError = later, ConfigError = never.
        say: called with a word for the log, its level first.
    """

    def __init__(
        self,
        lamp: LampSettings,
        folder: Path,
        *,
        open_board: Callable[[], Board],
        say: Callable[[str, str], None],
    ) -> None:
        self._settings = lamp
        self._say = say
        self._open_board = open_board
        self._board: Board | None = None
        self._line = PresenceReader(folder) if lamp.zone is not None else None
        by_camera = lamp.daylight is Daylight.CAMERA
        self._daylight = DaylightReader(folder) if by_camera else None
        self._traffic = (
            None
            if lamp.line is None
            else ReleasedTraffic(folder, line=lamp.line, window_s=lamp.window_s)
        )
        self._file = folder / STATE
        self._said = Said.GONE
        self._said_ms = 0
        self._presses = self._wishes = 0
        self._folder = folder
        self._nodding_ms = -NOD_MS
        self._given = -1.0
        self._sent_ms = self._kept_ms = self._moved_ms = -KEEP_MS
        self._told = ""
        self.state = self._begin()

    def turn(self) -> None:
        """Look once, decide once, and command the lamp where that is due. Raises ConfigError."""
        before = self.state
        try:
            board = self._opened()
            self._pass_on(board)
            self.state, decisions = step(before, self._reading(board))
            level = self._nodding(self.state.level)
            due = clock.steady_ms() - self._sent_ms >= RENEW_MS
            if level != self._given:
                self._moved_ms = clock.steady_ms()
            if due or level != self._given:
                board.lamp.set(level, expires_s=EXPIRES_S)
                self._sent_ms, self._given = clock.steady_ms(), level
            self._tell("info", "")
        except BridgeError as error:
            self._tell("warning", f"the lamp's board: {error}")
            # What was commanded expires: it is at full light, and will fade from there.
            self.state = replace(self.state, level=1.0, target=1.0)
            self._moved_ms = clock.steady_ms()
            return
        for decision in decisions:
            if decision.what not in _PRIVATE and self.state.mode not in _PRIVATE:
                self._say("info", f"lamp: {decision.reason}")
        self._keep()

    def close(self) -> None:
        """Leave the lamp in its safe state and keep what is known; harmless when repeated."""
        self._keep(last=True)
        for line in (self._line, self._daylight):
            if line is not None:
                line.close()
        self._line = self._daylight = None
        board, self._board = self._board, None
        if board is not None:
            with suppress(BridgeError):  # then it expires
                board.lamp.safe()
            board.close()

    def _opened(self) -> Board:
        if self._board is None:
            self._board = self._open_board()
            self._presses = 0 if self._board.button is None else self._board.button.presses
            self._wishes = 0 if self._board.pause is None else self._board.pause.presses
        return self._board

    def _reading(self, board: Board) -> Reading:
        now_ms = clock.now_ms()
        there = self._somebody(board)
        good = clock.trust(now_ms // 1000, last_record_s=None, synced=True) is not ClockTrust.NONE
        return Reading(
            t_ms=now_ms,
            lux=self._lux(board),
            lux_factor=self._settings.lux_factor,
            present=there,
            unseen=there is None,
            released=0 if self._traffic is None else self._traffic.read(),
            applied=board.lamp.value,
            clock_good=good,
            hand=self._hand(board),
        )

    def _lux(self, board: Board) -> float | None:
        if self._daylight is None:
            return None if board.light is None else board.light.value
        lux = self._daylight.read()
        if lux is None or math.isnan(lux):
            return lux
        # Seen while the lamp moved, it says nothing of the lamp where it stands now.
        return lux if clock.steady_ms() - self._moved_ms >= SETTLE_MS else None

    def _somebody(self, board: Board) -> bool | None:
        """Return whether anything fitted sees somebody; None where one of them says nothing."""
        heard: list[bool | None] = []
        if self._line is not None:
            said, now_ms = self._line.read(), clock.steady_ms()
            if said is Said.PAUSED and self._said is not Said.PAUSED:
                self._nodding_ms = now_ms
            if said is not Said.QUIET:
                self._said, self._said_ms = said, now_ms
            fresh = now_ms - self._said_ms <= FRESH_MS
            known = fresh and self._said in {Said.NOBODY, Said.SOMEBODY}
            heard.append(self._said is Said.SOMEBODY if known else None)
        if board.motion is not None:
            heard.append(board.motion.value)
        if True in heard:
            return True
        return None if None in heard else False

    def _pass_on(self, board: Board) -> None:
        """A press of the other button pauses the camera; the clerk answers by the lamp."""
        if board.pause is None or board.pause.presses == self._wishes:
            return
        self._wishes = board.pause.presses
        try:
            ring(self._folder, PRESENT)
        except ConfigError as error:
            self._say("error", f"the button cannot pause the camera: {error}")

    def _nodding(self, level: float) -> float:
        since_ms = clock.steady_ms() - self._nodding_ms
        low = since_ms < NOD_MS and since_ms // NOD_HALF_MS % 2 == 0
        return min(level, NOD_LEVEL) if low else level

    def _hand(self, board: Board) -> Override | None:
        """A press is full light for a while; one more gives back."""
        if board.button is None or board.button.presses == self._presses:
            return None
        self._presses = board.button.presses
        minutes = 0 if self.state.hand is not None else self._settings.hand_min
        return Override(level=1.0, for_ms=60_000 * minutes)

    def _begin(self) -> State:
        settings = _settings(self._settings)
        try:
            return from_json(State, self._file.read_bytes(), settings=settings)
        except FileNotFoundError:
            return begin(settings)
        except (ConfigError, OSError) as error:
            self._say("warning", f"{self._file}: {error}; the lamp begins anew")
            return begin(settings)

    def _keep(self, *, last: bool = False) -> None:
        now_ms = clock.steady_ms()
        if not last and now_ms - self._kept_ms < KEEP_MS:
            return
        self._kept_ms = now_ms
        draft = self._file.with_suffix(".new")
        with suppress(OSError):  # a full disk costs the ledger of energy, not the light
            draft.touch(mode=0o600)
            draft.write_bytes(to_json(self.state))
            draft.replace(self._file)

    def _tell(self, level: str, text: str) -> None:
        """Say what is wrong once, and once that it is over."""
        if text != self._told:
            self._say(level, text or "the lamp's board answers")
            self._told = text


def _settings(lamp: LampSettings) -> Settings:
    return Settings(
        latitude_deg=lamp.latitude_deg,
        longitude_deg=lamp.longitude_deg,
        indoors=lamp.daylight is Daylight.NONE or lamp.setpoint_lux is not None,
        lux_fitted=lamp.daylight in {Daylight.ANALOG, Daylight.BH1750, Daylight.CAMERA},
        standby=lamp.standby_percent / 100,
        hold_ms=1000 * lamp.hold_s,
        rated_w=lamp.rated_w,
        presence_fitted=lamp.shows_presence,
        peak_per_h=lamp.peak_per_h,
        class_for_people=lamp.class_for_people,
        setpoint_lux=lamp.setpoint_lux,
        lamp_lux=_lamp_lux(lamp),
    )


def _lamp_lux(lamp: LampSettings) -> float:
    if lamp.lamp_lux is not None:
        return lamp.lamp_lux
    # Until it is learned, a hall's lamp is taken to give alone what is wanted.
    return Settings().lamp_lux if lamp.setpoint_lux is None else lamp.setpoint_lux
