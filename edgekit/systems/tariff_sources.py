"""What markets and suppliers publish, as slots of prices: bytes in, `Slot` out.

Four forms: ENTSO-E's publication document (document type A44, IEC 62325-451-3: a point that is
left out repeats the one before it where the curve type is A03; of several auctions the coupled one
alone, sequence 1), Nord Pool's day-ahead prices,
Tibber's ``priceInfo`` (per kWh, with taxes), and events of OpenADR 3.0 with payloads PRICE.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from edgekit.errors import ConfigError
from edgekit.systems.day import DAY_MS, HOUR_MS, MINUTE_MS
from edgekit.systems.tariff_prices import Slot

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_PER_MWH: Mapping[str, float] = {"MWH": 1.0, "KWH": 1000.0}
MOST_BYTES = 4 * 1024 * 1024
_SEQUENCE = "{*}classificationSequence_AttributeInstanceComponent.position"
COUPLED = "1"
"""Of a zone with several auctions, the coupled one (SDAC), by which is settled; 2 is EXAA's."""


def slots_of(form: str, data: bytes, *, area: str = "") -> tuple[Slot, ...]:
    """Return the prices of a publication, in order, per MWh.

    Args:
        form: ``entsoe``, ``nordpool``, ``tibber`` or ``openadr``.
        data: as it came.
        area: of Nord Pool, such as ``NO1``.

    Raises:
        ConfigError: it is not of that form, or holds no price.
    """
    if form not in FORMS:
        raise ConfigError(f"prices of form {form!r}", hint=f"there are {', '.join(FORMS)}")
    if len(data) > MOST_BYTES:
        raise ConfigError(f"prices of {len(data)} bytes: expected at most {MOST_BYTES}")
    try:
        slots = tuple(sorted(FORMS[form](data, area), key=lambda slot: slot.start_ms))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, ET.ParseError) as error:
        raise ConfigError(f"the prices are not of the form {form}: {error!r:.200}") from error
    if not slots:
        raise ConfigError(
            f"the publication ({form}) holds no price",
            hint="ask for the day-ahead prices of one zone; ENTSO-E's auctions but the first are "
            "left out",
        )
    return slots


def _ms(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time {text!r} without its offset")
    return round(moment.timestamp() * 1000)


def _duration_ms(text: str) -> int:
    found = _DURATION.fullmatch(text)
    days, hours, minutes = (int(one or 0) for one in found.groups()) if found else (0, 0, 0)
    span_ms = days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS
    if span_ms <= 0:
        raise ValueError(f"duration {text!r}")
    return span_ms


def _entsoe(data: bytes, _: str) -> Iterator[Slot]:
    if b"<!" in data.replace(b"<!--", b""):
        raise ValueError("a document type or entity in the XML: expected none")
    root = ET.fromstring(data)  # noqa: S314 -- refused above: nothing to expand or to fetch
    for series in root.iterfind(".//{*}TimeSeries"):
        if series.findtext(_SEQUENCE, COUPLED) != COUPLED:
            continue
        unit = series.findtext("{*}price_Measure_Unit.name", "MWH").upper()
        curve = series.findtext("{*}curveType", "A01")
        for period in series.iterfind("{*}Period"):
            yield from _period(period, _PER_MWH[unit], gaps=curve != "A03")


def _period(period: ET.Element, scale: float, *, gaps: bool) -> Iterator[Slot]:
    start_ms = _ms(period.findtext("{*}timeInterval/{*}start", ""))
    end_ms = _ms(period.findtext("{*}timeInterval/{*}end", ""))
    step_ms = _duration_ms(period.findtext("{*}resolution", ""))
    points = {
        int(point.findtext("{*}position", "")): float(point.findtext("{*}price.amount", ""))
        for point in period.iterfind("{*}Point")
    }
    last: float | None = None
    for position in range(1, (end_ms - start_ms) // step_ms + 1):
        last = points.get(position, None if gaps else last)
        if last is not None:
            begin_ms = start_ms + (position - 1) * step_ms
            yield Slot(start_ms=begin_ms, end_ms=begin_ms + step_ms, price_mwh=last * scale)


def _nordpool(data: bytes, area: str) -> Iterator[Slot]:
    for entry in json.loads(data)["multiAreaEntries"]:
        prices = entry["entryPerArea"]
        if not area and len(prices) != 1:
            raise ValueError(f"areas {', '.join(sorted(prices))}: expected the name of one")
        price = prices[area or next(iter(prices))]
        span = {"start_ms": _ms(entry["deliveryStart"]), "end_ms": _ms(entry["deliveryEnd"])}
        yield Slot(**span, price_mwh=float(price))


def _tibber(data: bytes, _: str) -> Iterator[Slot]:
    home = json.loads(data)["data"]["viewer"]["homes"][0]
    info = home["currentSubscription"]["priceInfo"]
    prices = {
        _ms(one["startsAt"]): float(one["total"])
        for day in ("today", "tomorrow")
        for one in info.get(day) or ()
    }
    starts = sorted(prices)
    lengths = [after - before for before, after in itertools.pairwise(starts)] or [HOUR_MS]
    length_ms = min(lengths)  # of a gap only its first slot is known
    for start_ms in starts:
        price_mwh = prices[start_ms] * 1000
        yield Slot(start_ms=start_ms, end_ms=start_ms + length_ms, price_mwh=price_mwh)


def _openadr(data: bytes, _: str) -> Iterator[Slot]:
    whole = json.loads(data)
    for event in whole if isinstance(whole, list) else [whole]:
        described = event.get("payloadDescriptors") or ()
        units = [one.get("units", "KWH") for one in described if one["payloadType"] == "PRICE"]
        scale = _PER_MWH[units[0] if units else "KWH"]
        whole_period = event.get("intervalPeriod")
        start_ms = _ms(whole_period["start"]) if whole_period else 0
        for interval in event["intervals"]:
            own: Mapping[str, Any] | None = interval.get("intervalPeriod") or whole_period
            if own is None:
                raise ValueError("an interval without its period")
            begin_ms = start_ms if own is whole_period else _ms(own["start"])
            start_ms = begin_ms + _duration_ms(own["duration"])
            for payload in interval["payloads"]:
                if payload["type"] == "PRICE":
                    price_mwh = float(payload["values"][0]) * scale
                    yield Slot(start_ms=begin_ms, end_ms=start_ms, price_mwh=price_mwh)


FORMS: Mapping[str, Callable[[bytes, str], Iterator[Slot]]] = {
    "entsoe": _entsoe,
    "nordpool": _nordpool,
    "tibber": _tibber,
    "openadr": _openadr,
}
