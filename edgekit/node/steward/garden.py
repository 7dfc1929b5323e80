"""An irrigated zone on a board: soil probes, weather, a valve, and what it lets through."""

import math
from collections.abc import Iterator

from edgekit.bridge.board import Bridge
from edgekit.bridge.carrier import Wire
from edgekit.bridge.inputs import Button, CurrentLoop, PulseMeter, SoilMoisture, Thermometer
from edgekit.bridge.outputs import LatchingValve
from edgekit.node.steward.wired import PLAIN, Every, Fitting, Wired, fitted
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.irrigation import VALVE, Probe, Settings, Tick
from edgekit.systems.irrigation_day import Sensed
from edgekit.wire.channels import ChannelKind

LOOPS = (("humidity", 100.0, "%"), ("radiation_w_m2", 1_500.0, "W/m²"), ("wind_m_s", 50.0, "m/s"))
"""What current loops measure, in their order, and what 20 mA mean; 4 mA = 0."""


class Garden(Wired):
    """Soil probes, a thermometer in the shade and what else there is of a weather station."""

    WORDS = (
        "soil moisture probes: one for each layer from the top, as far as they are fitted",
        "latching valve: the zone; it closes when nobody commands it",
        "button, if fitted: a rain sensor's contact, closed while it is wet",
        "thermometer (TMP36), if fitted: in the shade",
        *(
            f"current loop {number}, if fitted: {name}, 4 mA = 0, 20 mA = {high:g} {unit}"
            for number, (name, high, unit) in enumerate(LOOPS, 1)
        ),
        "rain_mm_per_tip: pulse input: the rain gauge",
        "area_m2: next pulse input: the zone's own meter (per_pulse litres)",
        (
            "station: a folder of CSV or JSON instead of the board's weather sensors: time, "
            "temperature_c, humidity, wind_m_s, radiation_w_m2, rain_mm"
        ),
    )

    def __init__(self, bridge: Bridge, fitting: Fitting = PLAIN) -> None:
        settings, beside = fitting.settings or Settings(), fitting.beside
        self._layers = len(settings.soil.layers)
        self._soil = [SoilMoisture(bridge)] + [
            SoilMoisture(bridge, number)
            for number in range(1, self._layers)
            if fitted(bridge, ChannelKind.SOIL_MOISTURE, number)
        ]
        self._station = beside.station
        self._weather = None if beside.station else _Weather(bridge, settings.rain_mm_per_tip)
        gauge = settings.rain_mm_per_tip is not None
        self._flow = None
        if settings.area_m2 is not None:
            self._flow = _Flow(
                PulseMeter(bridge, int(gauge), per_pulse=fitting.per_pulse, unit="l")
            )
        self._contact = Button(bridge) if fitted(bridge, ChannelKind.BUTTON) else None
        self._valve = LatchingValve(bridge)
        self._ticks, self._probes = Every(MINUTE_MS), Every(6 * HOUR_MS)
        self.wires = (Wire(channel=VALVE, output=self._valve),)

    def read(self, t_ms: int) -> Iterator[Sensed | Probe | Tick]:
        """Yield the weather and a moment every minute, the soil every 6 h."""
        if self._station is not None:
            yield from self._station.read(t_ms)
        if not self._ticks.due(t_ms):
            return
        if self._weather is not None:
            yield self._weather.read(t_ms)
        if self._probes.due(t_ms):
            seen = [probe.value for probe in self._soil]
            missing = [None] * (self._layers - len(seen))
            yield Probe(t_ms=t_ms, theta=(*seen, *missing))
        yield Tick(
            t_ms=t_ms,
            raining=self._contact is not None and bool(self._contact.value),
            opened=self._valve.value,
            drawn_l=None if self._flow is None else self._flow.drawn(),
        )


class _Weather:
    """What of a weather station is on the board."""

    def __init__(self, bridge: Bridge, rain_mm_per_tip: float | None) -> None:
        self._heat = Thermometer(bridge) if fitted(bridge, ChannelKind.TEMPERATURE) else None
        self._loops = {
            name: _Loop(CurrentLoop(bridge, number, high=high))
            for number, (name, high, _) in enumerate(LOOPS)
            if fitted(bridge, ChannelKind.CURRENT_LOOP, number)
        }
        self._rain = None
        if rain_mm_per_tip is not None:
            self._rain = _Flow(PulseMeter(bridge, per_pulse=rain_mm_per_tip, unit="mm"))

    def read(self, t_ms: int) -> Sensed:
        return Sensed(
            t_ms=t_ms,
            heard_ms=t_ms,
            temperature_c=None if self._heat is None else self._heat.value,
            rain_mm=None if self._rain is None else self._rain.drawn(),
            **{name: loop.value for name, loop in self._loops.items()},
        )


class _Loop:
    """A current loop that may be empty: one that never carried a current is no sensor."""

    def __init__(self, loop: CurrentLoop) -> None:
        self._loop, self._there = loop, False

    @property
    def value(self) -> float | None:
        value = self._loop.value
        self._there = self._there or (value is not None and math.isfinite(value))
        return value if self._there else None


class _Flow:
    """What a meter counted since it was last asked; None where the board began anew meanwhile."""

    def __init__(self, meter: PulseMeter) -> None:
        self._meter = meter
        self._last, self._gaps = meter.value or 0.0, meter.gaps

    def drawn(self) -> float | None:
        now, gaps = self._meter.value, self._meter.gaps
        if now is None:
            return None
        known = gaps == self._gaps
        drawn, self._last, self._gaps = now - self._last, now, gaps
        return drawn if known else None
