"""Files of a building's power, its lifts' trips and vehicles' stops."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.energy_recycling import CARD, Stop, Trip, begin, step
from edgekit.systems.home_energy_state import Offer, Power, Price

Reading = Offer | Power | Trip | Stop


def _read(cells: Cells) -> Iterator[Reading]:
    t_ms, price = cells.t_ms, cells.number("price_kwh")
    if price is not None:
        yield Offer(t_ms=t_ms, price=_price(cells, price))
    if any(cells.text(name) for name in ("load_kw", "roof_kw", "held_kwh")):
        yield Power(
            t_ms=t_ms,
            load_kw=cells.number("load_kw"),
            roof_kw=cells.number("roof_kw"),
            held_kwh=cells.number("held_kwh"),
        )
    rise, mass, lasted = cells.number("rise_m"), cells.number("mass_kg"), cells.number("lasted_s")
    if rise is not None:
        load = cells.number("load_kg")
        yield Trip(t_ms=t_ms, load_kg=load, rise_m=rise, lasted_s=lasted or 0.0)
    if mass is not None:
        yield Stop(
            t_ms=t_ms,
            mass_kg=mass,
            from_m_s=cells.number("from_m_s") or 0.0,
            to_m_s=cells.number("to_m_s") or 0.0,
            lasted_s=lasted or 0.0,
        )


def _price(cells: Cells, price: float) -> Price:
    start_ms = cells.t_ms + cells.span_ms("after_h", HOUR_MS)
    span_ms = cells.span_ms("minutes", MINUTE_MS, usual=60)
    return Price(start_ms=start_ms, end_ms=start_ms + span_ms, price_kwh=price)


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was read, ended, or heard"),
        Column(name="load_kw", words="what the building draws, without lifts", required=False),
        Column(name="roof_kw", words="what the roof gives", required=False),
        Column(name="held_kwh", words="what the store holds, where it says so", required=False),
        Column(name="price_kwh", words="of a kWh from the grid", required=False),
        Column(name="after_h", words="hours after the time: the price begins (0)", required=False),
        Column(name="minutes", words="how long it holds (60)", required=False),
        Column(name="rise_m", words="of a lift's trip; down is below 0", required=False),
        Column(name="load_kg", words="in the car; empty: not weighed", required=False),
        Column(name="lasted_s", words="how long the trip or stop took", required=False),
        Column(name="mass_kg", words="of a vehicle that slowed down", required=False),
        Column(name="from_m_s", words="its speed before", required=False),
        Column(name="to_m_s", words="and after (0)", required=False),
    ),
    read=_read,
    curves=(
        Curve(name="building less roof", panel="kW", value=lambda s, _: s.net_kw, steps=True),
        Curve(name="store draws", panel="kW", value=lambda s, _: s.set_kw, steps=True),
        Curve(name="held", panel="kWh", value=lambda s, _: s.held_kwh),
        Curve(name="came back today", panel="Wh", value=lambda s, _: s.back_wh, steps=True),
        Curve(name="burnt today", panel="Wh", value=lambda s, _: s.burnt_wh, steps=True),
    ),
    example="""
time,load_kw,roof_kw,price_kwh,after_h,minutes,load_kg,rise_m,lasted_s,mass_kg,from_m_s,to_m_s
2026-06-01T00:00:00Z,,,0.24,0,960,,,,,,
2026-06-01T00:00:00Z,,,0.41,16,300,,,,,,
2026-06-01T00:00:00Z,,,0.24,21,180,,,,,,
2026-06-01T00:00:00Z,2.5,0,,,,,,,,,
2026-06-01T02:00:00Z,3.7,0,,,,,,,,,
2026-06-01T04:00:00Z,3.4,0,,,,,,,,,
2026-06-01T06:00:00Z,7.1,3.12,,,,,,,,,
2026-06-01T08:00:00Z,6.8,8.73,,,,,,,,,
2026-06-01T10:00:00Z,2.5,12.61,,,,,,,,,
2026-06-01T12:00:00Z,3.7,14.0,,,,,,,,,
2026-06-01T14:00:00Z,3.4,12.61,,,,,,,,,
2026-06-01T16:00:00Z,3.1,8.73,,,,,,,,,
2026-06-01T18:00:00Z,9.8,3.12,,,,,,,,,
2026-06-01T20:00:00Z,9.5,0,,,,,,,,,
2026-06-01T22:00:00Z,3.7,0,,,,,,,,,
2026-06-02T00:00:00Z,,,0.24,0,960,,,,,,
2026-06-02T00:00:00Z,,,0.41,16,300,,,,,,
2026-06-02T00:00:00Z,,,0.24,21,180,,,,,,
2026-06-02T00:00:00Z,3.4,0,,,,,,,,,
2026-06-02T02:00:00Z,3.1,0,,,,,,,,,
2026-06-02T04:00:00Z,2.8,0,,,,,,,,,
2026-06-02T06:00:00Z,6.5,3.12,,,,,,,,,
2026-06-02T08:00:00Z,7.7,8.73,,,,,,,,,
2026-06-02T10:00:00Z,3.4,12.61,,,,,,,,,
2026-06-02T12:00:00Z,3.1,14.0,,,,,,,,,
2026-06-02T14:00:00Z,2.8,12.61,,,,,,,,,
2026-06-02T16:00:00Z,2.5,8.73,,,,,,,,,
2026-06-02T18:00:00Z,10.7,3.12,,,,,,,,,
2026-06-02T20:00:00Z,10.4,0,,,,,,,,,
2026-06-02T22:00:00Z,3.1,0,,,,,,,,,
2026-06-03T00:00:00Z,,,0.24,0,960,,,,,,
2026-06-03T00:00:00Z,,,0.41,16,300,,,,,,
2026-06-03T00:00:00Z,,,0.24,21,180,,,,,,
2026-06-03T00:00:00Z,2.8,0,,,,,,,,,
2026-06-03T02:00:00Z,2.5,0,,,,,,,,,
2026-06-03T04:00:00Z,3.7,0,,,,,,,,,
2026-06-03T06:00:00Z,7.4,3.12,,,,,,,,,
2026-06-03T08:00:00Z,7.1,8.73,,,,,,,,,
2026-06-03T10:00:00Z,2.8,12.61,,,,,,,,,
2026-06-03T12:00:00Z,2.5,14.0,,,,,,,,,
2026-06-03T14:00:00Z,3.7,12.61,,,,,,,,,
2026-06-03T16:00:00Z,3.4,8.73,,,,,,,,,
2026-06-03T18:00:00Z,10.1,3.12,,,,,,,,,
2026-06-03T20:00:00Z,9.8,0,,,,,,,,,
2026-06-03T22:00:00Z,2.5,0,,,,,,,,,
2026-06-04T00:00:00Z,,,0.24,0,960,,,,,,
2026-06-04T00:00:00Z,,,0.41,16,300,,,,,,
2026-06-04T00:00:00Z,,,0.24,21,180,,,,,,
2026-06-04T00:00:00Z,3.7,0,,,,,,,,,
2026-06-04T02:00:00Z,3.4,0,,,,,,,,,
2026-06-04T04:00:00Z,3.1,0,,,,,,,,,
2026-06-04T06:00:00Z,6.8,3.12,,,,,,,,,
2026-06-04T08:00:00Z,6.5,8.73,,,,,,,,,
2026-06-04T08:10:00Z,,,,,,75,32,22,,,
2026-06-04T08:11:00Z,,,,,,225,32,22,,,
2026-06-04T10:00:00Z,3.7,12.61,,,,,,,,,
2026-06-04T10:10:00Z,,,,,,75,32,22,,,
2026-06-04T10:11:00Z,,,,,,225,32,22,,,
2026-06-04T10:12:00Z,,,,,,0.4,-32,22,,,
2026-06-04T10:13:00Z,,,,,,150,-400,22,,,
2026-06-04T10:14:00Z,,,,,,,-20,14,,,
2026-06-04T10:20:00Z,,,,,,,,9,12000,11,0
2026-06-04T12:00:00Z,3.4,14.0,,,,,,,,,
2026-06-04T14:00:00Z,3.1,12.61,,,,,,,,,
2026-06-04T16:00:00Z,2.8,8.73,,,,,,,,,
2026-06-04T18:00:00Z,9.5,3.12,,,,,,,,,
2026-06-04T18:10:00Z,,,,,,75,32,22,,,
2026-06-04T18:11:00Z,,,,,,225,32,22,,,
2026-06-04T20:00:00Z,10.7,0,,,,,,,,,
2026-06-04T22:00:00Z,3.4,0,,,,,,,,,
2026-06-05T00:00:00Z,2.8,0,,,,,,,,,
""",
)
