"""Systems of probes on a board: air, water in a pipe, soil and weather."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from edgekit.bridge.board import Bridge
from edgekit.bridge.carrier import Wire
from edgekit.bridge.inputs import Button, CurrentLoop, SoilMoisture, Thermometer
from edgekit.bridge.outputs import LatchingValve
from edgekit.node.steward.wired import ALONE, Beside, Every, Wired, fitted
from edgekit.systems.air import Air
from edgekit.systems.day import DAY_MS, HOUR_MS
from edgekit.systems.irrigation import VALVE, Probe, Tick
from edgekit.systems.irrigation_soil import Soil
from edgekit.systems.irrigation_weather import Weather
from edgekit.wire.channels import ChannelKind

MINUTE_MS = 60_000
CO2_PPM, DUST_UG_M3 = 5_000.0, 1_000.0
"""What 20 mA mean of a usual transmitter of CO2 and of particles."""

PROBES = ("chlorine", "ph", "turbidity", "toc", "conductivity")
RANGES: Mapping[str, float] = {
    "chlorine": 5.0,
    "ph": 14.0,
    "turbidity": 100.0,
    "toc": 100.0,
    "conductivity": 2_000.0,
}
WHOLE_DAY_MS = 20 * HOUR_MS
"""The lowest and highest of a day of which less was read are not known."""


class AirProbe(Wired):
    """Transmitters of CO2 and particles, a thermometer."""

    WORDS = (
        f"current loop: CO2, 4 mA = 0, 20 mA = {CO2_PPM:g} ppm",
        f"second current loop, if fitted: PM2.5, 4 mA = 0, 20 mA = {DUST_UG_M3:g} µg/m³",
        "thermometer (TMP36), if fitted",
    )

    def __init__(
        self,
        bridge: Bridge,
        *,
        per_pulse: float,
        settings: Any = None,  # noqa: ANN401 -- of any system
        beside: Beside = ALONE,
    ) -> None:
        del beside, per_pulse, settings
        self._co2 = CurrentLoop(bridge, high=CO2_PPM)
        second = fitted(bridge, ChannelKind.CURRENT_LOOP, 1)
        self._dust = CurrentLoop(bridge, 1, high=DUST_UG_M3) if second else None
        self._heat = Thermometer(bridge) if fitted(bridge, ChannelKind.TEMPERATURE) else None
        self._every = Every(MINUTE_MS)

    def read(self, t_ms: int) -> Iterator[Air]:
        """Yield all of them every minute."""
        if self._every.due(t_ms):
            yield Air(
                t_ms=t_ms,
                co2_ppm=self._co2.value,
                pm2_5=None if self._dust is None else self._dust.value,
                temperature_c=None if self._heat is None else self._heat.value,
            )


class WaterProbe(Wired):
    """Up to five transmitters in one pipe, in the order of the system's signals."""

    WORDS = tuple(
        f"current loop {number}{'' if number == 1 else ', if fitted'}: {name}, 4 mA = 0, "
        f"20 mA = {RANGES[name]:g}"
        for number, name in enumerate(PROBES, 1)
    )

    def __init__(
        self,
        bridge: Bridge,
        *,
        per_pulse: float,
        settings: Any = None,  # noqa: ANN401 -- of any system
        beside: Beside = ALONE,
    ) -> None:
        del beside, per_pulse
        first = CurrentLoop(bridge, high=RANGES[PROBES[0]])
        self._loops = [first] + [
            CurrentLoop(bridge, number, high=RANGES[name])
            for number, name in enumerate(PROBES[1:], 1)
            if fitted(bridge, ChannelKind.CURRENT_LOOP, number)
        ]
        self._every = Every(20 * MINUTE_MS if settings is None else settings.step_ms)

    def read(self, t_ms: int) -> Iterator[Any]:
        """Yield all probes at the system's step; one that is not fitted gives nothing."""
        from edgekit.systems.water_quality import Sampled  # noqa: PLC0415 -- it computes with numpy: only where it runs

        if self._every.due(t_ms):
            values = [loop.value for loop in self._loops]
            missing = [None] * (len(PROBES) - len(values))
            yield Sampled(t_ms=t_ms, values=(*values, *missing))


class Irrigation(Wired):
    """A soil probe, a thermometer in the shade, a rain contact, a latching valve."""

    WORDS = (
        "soil moisture probe: in the topmost layer",
        "thermometer (TMP36): in the shade; its lowest and highest of each UTC day are the weather",
        "button, if fitted: a rain sensor's contact, closed while it is wet",
        "latching valve: the zone; it closes when nobody commands it",
    )

    def __init__(
        self,
        bridge: Bridge,
        *,
        per_pulse: float,
        settings: Any = None,  # noqa: ANN401 -- of any system
        beside: Beside = ALONE,
    ) -> None:
        del beside, per_pulse
        self._layers = len((Soil() if settings is None else settings.soil).layers)
        self._soil, self._heat = SoilMoisture(bridge), Thermometer(bridge)
        self._rain = Button(bridge) if fitted(bridge, ChannelKind.BUTTON) else None
        self._ticks, self._probes = Every(MINUTE_MS), Every(6 * HOUR_MS)
        self._since_ms: int | None = None
        self._day, self._read_ms = 0, 0
        self._low_c, self._high_c = math.inf, -math.inf
        self.wires = (Wire(channel=VALVE, output=LatchingValve(bridge)),)

    def read(self, t_ms: int) -> Iterator[Weather | Probe | Tick]:
        """Yield yesterday's weather after midnight, the probe every 6 h, a moment every minute."""
        if not self._ticks.due(t_ms):
            return
        yield from self._weather(t_ms)
        heat_c = self._heat.value
        if heat_c is not None:
            self._low_c, self._high_c = min(self._low_c, heat_c), max(self._high_c, heat_c)
            self._read_ms += MINUTE_MS
        if self._probes.due(t_ms):
            yield Probe(t_ms=t_ms, theta=(self._soil.value, *[None] * (self._layers - 1)))
        yield Tick(t_ms=t_ms, raining=self._rain is not None and bool(self._rain.value))

    def _weather(self, t_ms: int) -> Iterator[Weather]:
        day = t_ms // DAY_MS
        if self._since_ms is not None and day > self._day:
            whole = self._read_ms >= WHOLE_DAY_MS
            yield Weather(
                t_ms=t_ms,
                low_c=self._low_c if whole else None,
                high_c=self._high_c if whole else None,
            )
        if self._since_ms is None or day != self._day:
            self._since_ms, self._day, self._read_ms = t_ms, day, 0
            self._low_c, self._high_c = math.inf, -math.inf
