"""Four forms of publications, and what is wrong with them."""

import json

import pytest

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.tariff_sources import FORMS, slots_of

ENTSOE = """<?xml version="1.0" encoding="UTF-8"?>
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
<type>A44</type><TimeSeries><currency_Unit.name>EUR</currency_Unit.name>
<price_Measure_Unit.name>MWH</price_Measure_Unit.name><curveType>{curve}</curveType>
<Period><timeInterval><start>2026-03-28T23:00Z</start><end>2026-03-29T03:00Z</end></timeInterval>
<resolution>{resolution}</resolution>
<Point><position>1</position><price.amount>50.5</price.amount></Point>
<Point><position>3</position><price.amount>-7</price.amount></Point>
</Period></TimeSeries></Publication_MarketDocument>"""
START = 1_774_738_800_000


def entsoe(curve: str = "A03", resolution: str = "PT60M") -> bytes:
    return ENTSOE.format(curve=curve, resolution=resolution).encode()


def test_entsoe_fills_what_its_curve_leaves_out() -> None:
    slots = slots_of("entsoe", entsoe())

    assert [one.price_mwh for one in slots] == [50.5, 50.5, -7, -7]
    assert (slots[0].start_ms, slots[-1].end_ms) == (START, START + 4 * HOUR_MS)
    assert [one.price_mwh for one in slots_of("entsoe", entsoe("A01"))] == [50.5, -7]
    quarters = slots_of("entsoe", entsoe(resolution="PT15M"))
    assert (len(quarters), quarters[0].end_ms - START) == (16, 15 * MINUTE_MS)


def test_of_several_auctions_of_a_zone_the_coupled_one_counts() -> None:
    name = "classificationSequence_AttributeInstanceComponent.position"
    mark = "<currency_Unit.name>EUR"
    first, second = (
        entsoe().replace(mark.encode(), f"<{name}>{n}</{name}>{mark}".encode()) for n in (1, 2)
    )
    other = second[second.index(b"<TimeSeries>") : second.index(b"</TimeSeries>") + 13]
    both = first.replace(b"<TimeSeries>", other.replace(b"50.5", b"64.8") + b"<TimeSeries>", 1)

    assert slots_of("entsoe", both) == slots_of("entsoe", first) == slots_of("entsoe", entsoe())
    with pytest.raises(ConfigError, match="holds no price"):
        slots_of("entsoe", second)


def nordpool(**areas: float) -> bytes:
    entry = {
        "deliveryStart": "2026-03-28T23:00:00Z",
        "deliveryEnd": "2026-03-29T00:00:00Z",
        "entryPerArea": areas,
    }
    return json.dumps({"currency": "EUR", "multiAreaEntries": [entry]}).encode()


def test_nord_pool() -> None:
    (slot,) = slots_of("nordpool", nordpool(NO1=31.2, SE3=9), area="NO1")

    assert (slot.start_ms, slot.end_ms, slot.price_mwh) == (START, START + HOUR_MS, 31.2)
    assert slots_of("nordpool", nordpool(FI=4.0))[0].price_mwh == 4


def tibber(*starts: str) -> bytes:
    today = [{"total": 0.25, "startsAt": start} for start in starts]
    info = {"today": today, "tomorrow": None}
    homes = [{"currentSubscription": {"priceInfo": info}}]
    return json.dumps({"data": {"viewer": {"homes": homes}}}).encode()


def test_tibber_is_per_kwh_and_says_no_ends() -> None:
    slots = slots_of("tibber", tibber("2026-03-29T00:00:00+01:00", "2026-03-29T00:15:00+01:00"))

    assert [one.price_mwh for one in slots] == [250, 250]
    assert [one.end_ms - one.start_ms for one in slots] == [15 * MINUTE_MS] * 2


def openadr(**change: object) -> bytes:
    event: dict[str, object] = {
        "programID": "1",
        "payloadDescriptors": [{"payloadType": "PRICE", "units": "KWH", "currency": "EUR"}],
        "intervalPeriod": {"start": "2026-03-28T23:00:00Z", "duration": "PT1H"},
        "intervals": [
            {"id": 0, "payloads": [{"type": "PRICE", "values": [0.17]}]},
            {"id": 1, "payloads": [{"type": "PRICE", "values": [0.2]}, {"type": "GHG"}]},
        ],
    }
    return json.dumps(event | change).encode()


def test_openadr_has_one_period_or_one_each() -> None:
    slots = slots_of("openadr", openadr())

    assert [round(one.price_mwh) for one in slots] == [170, 200]
    assert [one.start_ms - START for one in slots] == [0, HOUR_MS]
    own = {"start": "2026-03-29T05:00:00Z", "duration": "PT30M"}
    one = [{"payloads": [{"type": "PRICE", "values": [0.3]}], "intervalPeriod": own}]
    (slot,) = slots_of("openadr", openadr(intervals=one, intervalPeriod=None))
    assert slot.end_ms - slot.start_ms == 30 * MINUTE_MS


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("paper", b""),
        *((form, b"") for form in FORMS),
        *((form, b"[]") for form in FORMS),
        ("entsoe", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        ("entsoe", entsoe(resolution="P")),
        ("entsoe", entsoe().replace(b"MWH", b"GWH")),
        ("entsoe", entsoe().replace(b"-7", b"cheap")),
        ("entsoe", entsoe().replace(b"23:00Z", b"23:00")),
        ("nordpool", nordpool(NO1=1, SE3=2)),
        ("tibber", b'{"data": {"viewer": {"homes": []}}}'),
        ("tibber", tibber()),
        ("openadr", openadr(intervalPeriod=None)),
        ("openadr", openadr(payloadDescriptors=[{"payloadType": "PRICE", "units": "THERM"}])),
        ("openadr", b" " * 5_000_000),
    ],
    ids=[str(number) for number in range(20)],
)
def test_what_is_wrong_is_one_clear_error(form: str, data: bytes) -> None:
    with pytest.raises(ConfigError):
        slots_of(form, data)
