"""Files of a home's power, prices and temperatures."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.home_energy import CARD, begin, step
from edgekit.systems.home_energy_state import Climate, Offer, Power, Price, State

Reading = Offer | Power | Climate
_POWER = ("load_kw", "roof_kw", "held_kwh", "drawn_wh")


def _read(cells: Cells) -> Iterator[Reading]:
    price = cells.number("price_kwh")
    if price is not None:
        yield Offer(t_ms=cells.t_ms, price=_price(cells, price))
    if any(cells.text(name) for name in _POWER):
        yield Power(
            t_ms=cells.t_ms,
            load_kw=cells.number("load_kw"),
            roof_kw=cells.number("roof_kw"),
            held_kwh=cells.number("held_kwh"),
            drawn_wh=cells.whole("drawn_wh"),
        )
    if cells.text("indoor_c") or cells.text("outdoor_c"):
        yield Climate(
            t_ms=cells.t_ms,
            indoor_c=cells.number("indoor_c"),
            outdoor_c=cells.number("outdoor_c"),
            heated=bool(cells.flag("heated")),
        )


def _price(cells: Cells, price: float) -> Price:
    start_ms = cells.t_ms + cells.span_ms("after_h", HOUR_MS)
    span_ms = cells.span_ms("minutes", MINUTE_MS, usual=60)
    return Price(
        start_ms=start_ms,
        end_ms=start_ms + span_ms,
        price_kwh=price,
        carbon_kg_kwh=cells.number("carbon_kg_kwh"),
    )


def _now(state: State, reading: Reading) -> float | None:
    at = reading.t_ms
    return next((p.price_kwh for p in state.prices if p.start_ms <= at < p.end_ms), None)


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was read, or the price heard"),
        Column(name="load_kw", words="what the home draws, without the battery", required=False),
        Column(name="roof_kw", words="what the roof gives", required=False),
        Column(name="held_kwh", words="what the battery holds, where it says so", required=False),
        Column(name="drawn_wh", words="the grid's meter", required=False),
        Column(name="price_kwh", words="of a kWh from the grid", required=False),
        Column(name="carbon_kg_kwh", words="of the same", required=False),
        Column(name="after_h", words="hours after the time: the price begins (0)", required=False),
        Column(name="minutes", words="how long it holds (60)", required=False),
        Column(name="indoor_c", words="°C", required=False),
        Column(name="outdoor_c", words="°C", required=False),
        Column(name="heated", words="1 while it is being heated", required=False),
    ),
    read=_read,
    curves=(
        Curve(name="home less roof", panel="kW", value=lambda state, _: state.net_kw, steps=True),
        Curve(name="battery draws", panel="kW", value=lambda state, _: state.set_kw, steps=True),
        Curve(name="held", panel="kWh", value=lambda state, _: state.held_kwh),
        Curve(name="price", panel="a kWh", value=_now, steps=True),
    ),
    example="""
time,load_kw,roof_kw,drawn_wh,price_kwh,carbon_kg_kwh,after_h,minutes,indoor_c,outdoor_c,heated
2026-06-01T00:00:00Z,,,,0.21,0.16,0,960,,,
2026-06-01T00:00:00Z,,,,0.54,0.18,16,300,,,
2026-06-01T00:00:00Z,,,,0.21,0.15,21,180,,,
2026-06-01T00:00:00Z,0.4,0,812000,,,,,,,
2026-06-01T02:00:00Z,0.68,0,812800,,,,,,,
2026-06-01T04:00:00Z,0.61,0,814160,,,,,,,
2026-06-01T06:00:00Z,1.04,0.36,815380,,,,,,,
2026-06-01T08:00:00Z,0.97,1.0,816740,,,,,,,
2026-06-01T10:00:00Z,0.4,1.44,816740,,,,,,,
2026-06-01T12:00:00Z,0.68,1.6,816740,,,,,,,
2026-06-01T14:00:00Z,0.61,1.44,816740,,,,,,,
2026-06-01T16:00:00Z,0.54,1.0,816740,,,,,,,
2026-06-01T18:00:00Z,2.07,0.36,816740,,,,,,,
2026-06-01T20:00:00Z,2.0,0,820160,,,,,,,
2026-06-01T22:00:00Z,0.68,0,824160,,,,,,,
2026-06-02T00:00:00Z,,,,0.21,0.16,0,960,,,
2026-06-02T00:00:00Z,,,,0.54,0.18,16,300,,,
2026-06-02T00:00:00Z,,,,0.21,0.15,21,180,,,
2026-06-02T00:00:00Z,0.61,0,825520,,,,,,,
2026-06-02T02:00:00Z,0.54,0,826740,,,,,,,
2026-06-02T04:00:00Z,0.47,0,827820,,,,,,,
2026-06-02T06:00:00Z,0.9,0.36,828760,,,,,,,
2026-06-02T08:00:00Z,1.18,1.0,829840,,,,,,,
2026-06-02T10:00:00Z,0.61,1.44,830199,,,,,,,
2026-06-02T12:00:00Z,0.54,1.6,830199,,,,,,,
2026-06-02T14:00:00Z,0.47,1.44,830199,,,,,,,
2026-06-02T16:00:00Z,0.4,1.0,830199,,,,,,,
2026-06-02T18:00:00Z,2.28,0.36,830199,,,,,,,
2026-06-02T20:00:00Z,2.21,0,834039,,,,,,,
2026-06-02T22:00:00Z,0.54,0,838459,,,,,,,
2026-06-03T00:00:00Z,,,,0.21,0.16,0,960,,,
2026-06-03T00:00:00Z,,,,0.54,0.18,16,300,,,
2026-06-03T00:00:00Z,,,,0.21,0.15,21,180,,,
2026-06-03T00:00:00Z,0.47,0,839539,,,,,,,
2026-06-03T02:00:00Z,0.4,0,840479,,,,,,,
2026-06-03T04:00:00Z,0.68,0,841279,,,,,,,
2026-06-03T06:00:00Z,1.11,0.36,842639,,,,,,,
2026-06-03T08:00:00Z,1.04,1.0,844139,,,,,,,
2026-06-03T10:00:00Z,0.47,1.44,844219,,,,,,,
2026-06-03T12:00:00Z,0.4,1.6,844219,,,,,,,
2026-06-03T14:00:00Z,0.68,1.44,844219,,,,,,,
2026-06-03T16:00:00Z,0.61,1.0,844219,,,,,,,
2026-06-03T18:00:00Z,2.14,0.36,844219,,,,,,,
2026-06-03T20:00:00Z,2.07,0,847779,,,,,,,
2026-06-03T22:00:00Z,0.4,0,851919,,,,,,,
2026-06-04T00:00:00Z,,,,0.21,0.16,0,960,,,
2026-06-04T00:00:00Z,,,,0.54,0.18,16,300,,,
2026-06-04T00:00:00Z,,,,0.21,0.15,21,180,,,
2026-06-04T00:00:00Z,0.68,0,852719,,,,,,,
2026-06-04T02:00:00Z,0.61,1.7,854079,,,,,,,
2026-06-04T04:00:00Z,410,0,855299,,,,,,,
2026-06-04T06:00:00Z,0.97,0.36,856379,,,,,,,
2026-06-04T08:00:00Z,,1.0,857599,,,,,,,
2026-06-04T10:00:00Z,0.68,1.44,857599,,,,,,,
2026-06-04T12:00:00Z,0.61,1.6,857599,,,,,,,
2026-06-04T14:00:00Z,0.54,1.44,857599,,,,,,,
2026-06-04T16:00:00Z,0.47,1.0,857599,,,,,,,
2026-06-04T18:00:00Z,2.0,0.36,857599,,,,,,,
2026-06-04T20:00:00Z,2.28,0,860879,,,,,,,
2026-06-04T22:00:00Z,0.61,0,865439,,,,,,,
""",
)
