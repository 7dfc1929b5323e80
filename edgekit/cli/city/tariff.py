"""Files of prices and of loads that are to run."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.tariff import CARD, Offer, Request, State, Tick, begin, step
from edgekit.systems.tariff_prices import Job, Slot


def _read(cells: Cells) -> Iterator[Offer | Request | Tick]:
    price, load = cells.number("price_mwh"), cells.whole("load")
    begin_ms = cells.t_ms + cells.span_ms("after_h", HOUR_MS)
    span_ms = cells.span_ms("minutes", MINUTE_MS, usual=60)
    if price is not None:
        slot = Slot(
            start_ms=begin_ms,
            end_ms=begin_ms + span_ms,
            price_mwh=price,
            surplus_kw=cells.number("surplus_kw"),
        )
        yield Offer(t_ms=cells.t_ms, slot=slot)
    elif load is not None:
        job = Job(
            name=cells.text("name") or f"load {load}",
            kw=cells.number("kw") or 0.0,
            run_ms=span_ms,
            earliest_ms=begin_ms,
            deadline_ms=cells.t_ms + cells.span_ms("until_h", HOUR_MS, usual=24),
        )
        yield Request(t_ms=cells.t_ms, load=load, job=job)
    else:
        yield Tick(t_ms=cells.t_ms)


def _price(state: State, reading: Offer | Request | Tick) -> float | None:
    at = reading.t_ms
    return next((s.price_mwh for s in state.slots if s.start_ms <= at < s.end_ms), None)


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was heard, asked for, or looked at"),
        Column(
            name="after_h", words="hours after that: a price or a load may begin", required=False
        ),
        Column(name="minutes", words="how long (60)", required=False),
        Column(name="price_mwh", words="a price of the market, per MWh", required=False),
        Column(
            name="surplus_kw", words="what the roof gives above the house's need", required=False
        ),
        Column(name="load", words="1 to 4: a load that is to run once", required=False),
        Column(name="name", words="what it is", required=False),
        Column(name="kw", words="what it draws", required=False),
        Column(name="until_h", words="hours after the time: it is to be done (24)", required=False),
    ),
    read=_read,
    curves=(Curve(name="price", panel="per MWh", value=_price, steps=True),),
    example="""
time,after_h,minutes,price_mwh,surplus_kw,load,name,kw,until_h
2026-06-01T06:00:00Z,0,120,90,,,,,
2026-06-01T06:00:00Z,2,180,140,,,,,
2026-06-01T06:00:00Z,5,120,60,1.5,,,,
2026-06-01T06:00:00Z,7,60,-20,2.5,,,,
2026-06-01T06:00:00Z,8,300,110,,,,,
2026-06-01T06:00:00Z,13,60,99999,,,,,
2026-06-01T06:05:00Z,,90,,,1,washing,2,12
2026-06-01T08:00:00Z,,,,,,,,
2026-06-01T11:00:00Z,,,,,,,,
2026-06-01T12:30:00Z,,,,,,,,
2026-06-01T14:00:00Z,,,,,,,,
2026-06-01T14:00:00Z,,60,,,2,dryer,2.5,0.5
""",
)
