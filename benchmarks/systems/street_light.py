"""Light where somebody is: saved against half-night dimming, and never too little of it.

    python benchmarks/systems/street_light.py --data DIR [--quick]

DIR holds an hourly count (``Date`` as MM/DD/YYYY hh:mm:ss AM/PM, then counts) and, if there is one,
a table of sun times (``date``, ``sunrise_utc``, ``sunset_utc`` and others, UTC). A README that says
``47.648 N 122.35 W`` beside the counts tells where; else the options do. The step that runs on a
pole runs here, in steps of 1 s through whole nights, evenly chosen over the file. Who passes in an
hour comes at random within it (a Poisson process given its count) and stays for 3 to 20 s; the
sensor is asked once a second. Nothing is tuned on the data: the settings are the defaults.
"""

import math
import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from report import Claim, Peer, arguments, finish
from street_light_site import Site

from edgekit.systems.street_light import begin, step
from edgekit.systems.street_light_state import Mode, Reading, Settings, State

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
STAY_S = (3.0, 20.0)
OWN_LUX, TALL_LUX = 15.0, 40.0
"""What the lamp throws on its own sensor at full light: usually, and where it sits badly."""

CLEAR_SKY = ((-18, 6e-4), (-12, 8e-3), (-6, 3.4), (-5, 10), (-0.833, 400), (5, 5e3), (90, 1.2e5))
"""Illuminance in lux under a clear sky by the sun's elevation, roughly; between them by its log."""

NIGHTS, QUICK_NIGHTS = 90, 12
DUSKS, QUICK_DUSKS = 240, 40
TABLE_ROWS, QUICK_ROWS = 1827, 60


def sky_lux(elevation: float) -> float:
    """Return the clear sky's illuminance."""
    for (low, dark), (high, bright) in pairwise(CLEAR_SKY):
        if elevation <= high:
            share = max(0.0, (elevation - low) / (high - low))
            return math.exp(math.log(dark) + share * math.log(bright / dark))
    return CLEAR_SKY[-1][1]


@dataclass(slots=True)
class Tally:
    """What nights have come to."""

    used: int = 0
    full: int = 0
    half: int = 0
    passages: int = 0
    underlit_s: int = 0
    latency_s: float = 0.0

    def watch(self, arrivals: list[float], second: int, before: float, after: float) -> None:
        """Look at one second of the night, with somebody there or not."""
        # Whoever came more than a second ago must have had full light by now.
        self.underlit_s += before < 1 and any(came <= second - 1 for came in arrivals)
        if before < 1 <= after:
            self.latency_s = max(self.latency_s, *(second - came for came in arrivals), 0.0)

    def book(self, state: State, passages: int) -> None:
        """Add a night's energy."""
        self.used += state.ledger.used_uj
        self.full += state.ledger.full_uj
        self.half += state.ledger.half_night_uj
        self.passages += passages

    @property
    def saved(self) -> float:
        """Share saved against full light all night, in percent."""
        return 100 * (1 - self.used / self.full)


def passages(site: Site, day: date) -> list[tuple[float, float]]:
    """Return (arrival, departure) of everybody from noon to noon, in s since noon, in order."""
    dice = random.Random(day.toordinal())
    found = []
    for hour in range(25):
        for _ in range(site.count(site.noon_ms(day) + HOUR_MS * hour)):
            arrival = 3600 * (hour + dice.random())
            found.append((arrival, arrival + dice.uniform(*STAY_S)))
    return sorted(found)


def night(site: Site, day: date, rules: Settings, tally: Tally, step_s: int = 1) -> None:
    """Run one night and book it."""
    noon_ms = site.noon_ms(day)
    dark = [
        second
        for second in range(0, DAY_MS // 1000, 60)
        if site.elevation_deg(noon_ms + second * 1000) < rules.day_deg
    ]
    people, there, at = passages(site, day), [], 0
    state = begin(rules)
    first = sum(came < dark[0] for came, _ in people)
    for second in range(dark[0] - 120, dark[-1] + 180, step_s):
        begun = at
        while at < len(people) and people[at][0] <= second:
            at += 1
        there = [one for one in (*there, *people[begun:at]) if one[1] > second]
        before = state
        lux = None
        if second % 10 == 0:
            sky = sky_lux(site.elevation_deg(noon_ms + second * 1000))
            lux = sky + OWN_LUX * state.level
        present = bool(there) if rules.presence_fitted else None
        reading = Reading(t_ms=noon_ms + second * 1000, lux=lux, present=present, passed=at - begun)
        state, _ = step(state, reading)
        if before.twilight.night and state.twilight.night and rules.presence_fitted:
            tally.watch([came for came, _ in there], second, before.level, state.level)
    tally.book(state, at - first)


def twilight(site: Site, day: date, rules: Settings, *, rising: bool) -> tuple[int, int]:
    """Return switches in one twilight under broken clouds: of the lamp, of a bare threshold."""
    dice = random.Random(2 * day.toordinal() + rising)
    minutes = [site.noon_ms(day) + minute * 60_000 for minute in range(1440)]
    track = [
        t_ms
        for t_ms in minutes
        if -9 < site.elevation_deg(t_ms) < 4
        and (site.elevation_deg(t_ms + 60_000) > site.elevation_deg(t_ms)) is rising
    ]
    state, cloud, change_ms = begin(rules), 1.0, 0
    lamp, bare = [], []
    for t_ms in range(track[0], track[-1], 10_000):
        if t_ms >= change_ms:
            cloud = dice.choice((0.08, 0.2, 0.5, 1.0))
            change_ms = t_ms + round(1000 * dice.expovariate(1 / 90))
        sky = cloud * sky_lux(site.elevation_deg(t_ms))
        lux = sky + TALL_LUX * state.level
        present = dice.random() < 0.02
        state, _ = step(state, Reading(t_ms=t_ms, lux=lux, present=present))
        lamp.append(state.mode is Mode.DAY)
        bare.append(sky < rules.on_lux)
    return changes(lamp), changes(bare)


def changes(states: list[bool]) -> int:
    """Return how often a state has changed."""
    return sum(a is not b for a, b in pairwise(states))


def switching_error_s(site: Site, row: Mapping[str, str], key: str, lux: float | None) -> float:
    """Return by how many seconds the lamp misses one published time of the sun."""
    reference_ms = round(datetime.fromisoformat(row[key]).replace(tzinfo=UTC).timestamp() * 1000)
    rules = site.settings(presence_fitted=False, lux_fitted=lux is not None)
    state, before = begin(rules), None
    for t_ms in range(reference_ms - 180_000, reference_ms + 181_000, 1000):
        state, _ = step(state, Reading(t_ms=t_ms, lux=lux))
        night = bool(state.twilight.night)
        if before is not None and night is not before:
            return abs(t_ms - reference_ms) / 1000
        before = night
    return 181.0


TIMES = (("sunrise_utc", None), ("sunset_utc", None), ("dawn6_utc", 9e3), ("dusk6_utc", 9e3))
"""The sun alone decides at sunrise and sunset; under a light that never fades, at -6 degrees."""


def saving(site: Site, days: list[date]) -> list[Claim]:
    """Run nights of two kinds of lamp."""
    kinds = {
        "presence": site.settings(),
        "class": site.settings(presence_fitted=False, peak_per_h=site.busiest()),
    }
    tallies = {name: Tally() for name in kinds}
    for day in days:
        for name, rules in kinds.items():
            night(site, day, rules, tallies[name], step_s=1 if rules.presence_fitted else 60)
    lamp, half = (
        tallies["presence"],
        100 * (1 - tallies["presence"].half / tallies["presence"].full),
    )
    return [
        Claim(
            claim="saved by presence over saved by half-night dimming, same nights",
            value=lamp.saved / half,
            unit="ratio",
            target=">= 2",
            peer=Peer(name="half-night dimming, percent saved", value=half),
        ),
        Claim(claim="saved by presence against full light all night", value=lamp.saved, unit="%"),
        Claim(
            claim="saved by class of volume alone, likewise",
            value=tallies["class"].saved,
            unit="%",
        ),
        Claim(
            claim=f"below full light while somebody is there, {lamp.passages} passages by night",
            value=lamp.underlit_s,
            unit="s",
            target="<= 0",
        ),
        Claim(
            claim="longest from arrival to full light, the sensor asked once a second",
            value=lamp.latency_s,
            unit="s",
            target="<= 1",
        ),
    ]


def switching(site: Site, days: list[date], most_rows: int) -> list[Claim]:
    """Run twilights under broken clouds, and dusks and dawns of the table."""
    rules = site.settings(presence_max_age_s=20)
    found = [twilight(site, day, rules, rising=rising) for day in days for rising in (False, True)]
    claims = [
        Claim(
            claim=f"most switches in one of {len(found)} twilights under broken clouds",
            value=max(lamp for lamp, _ in found),
            unit="switches",
            target="<= 1",
            peer=Peer(name="bare threshold, most", value=max(bare for _, bare in found)),
        )
    ]
    rows = site.suns[:: max(1, len(site.suns) // most_rows)]
    errors = [
        switching_error_s(site, row, key, lux) for row in rows for key, lux in TIMES if row.get(key)
    ]
    if errors:
        claims.append(
            Claim(
                claim=f"largest difference of {len(errors)} switching times from the table",
                value=max(errors),
                unit="s",
                target="<= 60",
            )
        )
    return claims


def main() -> None:
    """Measure."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--latitude", type=float, default=47.648, help="degrees north")
    parser.add_argument("--longitude", type=float, default=-122.35, help="degrees east")
    parser.add_argument("--timezone", default="America/Los_Angeles", help="of the counts")
    args = parser.parse_args()
    site = Site(args.data, args)
    if not site.counts:
        sys.exit(f"no hourly counts in {args.data}")
    nights = site.dates(QUICK_NIGHTS if args.quick else NIGHTS)
    dusks = site.dates(QUICK_DUSKS if args.quick else DUSKS)
    claims = saving(site, nights) + switching(site, dusks, QUICK_ROWS if args.quick else TABLE_ROWS)
    about = {"nights": len(nights), "latitude": site.latitude, "longitude": site.longitude}
    finish("street_light", claims, **about)


if __name__ == "__main__":
    main()
