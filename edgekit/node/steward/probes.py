"""Systems of probes on a board: air, water in a pipe, soil and weather."""

from collections.abc import Iterator, Mapping
from typing import Any

from edgekit.bridge.board import Bridge
from edgekit.bridge.inputs import CurrentLoop, Thermometer
from edgekit.node.steward.wired import PLAIN, Every, Fitting, Wired, fitted
from edgekit.systems.air import Air
from edgekit.systems.day import HOUR_MS
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

    def __init__(self, bridge: Bridge, fitting: Fitting = PLAIN) -> None:
        del fitting
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

    def __init__(self, bridge: Bridge, fitting: Fitting = PLAIN) -> None:
        first = CurrentLoop(bridge, high=RANGES[PROBES[0]])
        self._loops = [first] + [
            CurrentLoop(bridge, number, high=RANGES[name])
            for number, name in enumerate(PROBES[1:], 1)
            if fitted(bridge, ChannelKind.CURRENT_LOOP, number)
        ]
        self._every = Every(fitting.settings.step_ms if fitting.settings else 20 * MINUTE_MS)

    def read(self, t_ms: int) -> Iterator[Any]:
        """Yield all probes at the system's step; one that is not fitted gives nothing."""
        from edgekit.systems.water_quality import Sampled  # noqa: PLC0415 -- it computes with numpy: only where it runs

        if self._every.due(t_ms):
            values = [loop.value for loop in self._loops]
            missing = [None] * (len(PROBES) - len(values))
            yield Sampled(t_ms=t_ms, values=(*values, *missing))
