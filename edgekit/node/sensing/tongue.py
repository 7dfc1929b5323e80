"""What was seen, put into channels. Nothing here has passed the gate."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.consent.measure import VEHICLES
from edgekit.consent.metric import LIGHT
from edgekit.frames import PERSON
from edgekit.geometry import DWELL_CLASSES, HEAT_COLUMNS, HEAT_ROWS, Zone, cell_name, dwell_class
from edgekit.node.pipe import VALUE_LIMITS
from edgekit.node.sensing.pace import Said
from edgekit.node.site import Site
from edgekit.perception.scene import SceneStep
from edgekit.perception.zone import ZoneStep
from edgekit.privacy.tally import channel_table
from edgekit.records import Health, Kind, Quality

NEAR = "traffic.near"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What one frame gives the eye to say: passages at once, levels once a second."""

    passages: tuple[Said, ...]
    levels: tuple[Said, ...]
    health: Health
    quality: Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class _ZoneChannels:
    """Where what is known of one zone goes; None where nobody authorised it."""

    people: int | None
    queue: int | None
    wait: int | None
    dwell: tuple[int | None, ...]
    heat: tuple[int | None, ...]


class Tongue:
    """Puts what was seen into channels, and leaves out what nobody authorised.

    Args:
        site: its authorisation fixes what each channel means.
    """

    def __init__(self, site: Site) -> None:
        table = channel_table(site.authorisation)
        numbers = {channel.metric: number for number, channel in table.items()}
        classes = {PERSON: "", **{number: f"{name}." for name, number in VEHICLES.items()}}
        self._ways = {
            (index, class_id): tuple(
                (numbers.get(f"line.{line.name}.{prefix}{way.name.lower()}"), way)
                for way in (Kind.IN, Kind.OUT)
            )
            for index, line in enumerate(site.settings.lines)
            for class_id, prefix in classes.items()
        }
        self._zones = tuple(_channels_of(zone, numbers) for zone in site.settings.zones)
        self._light = numbers.get(LIGHT)
        self._near = numbers.get(NEAR)

    @property
    def tells_near(self) -> bool:
        """Whether somebody authorised the number of near misses."""
        return self._near is not None

    def glance(self, seen: SceneStep, *, near: int = 0) -> Glance:
        """Return what may be said of one frame, in which so many near misses began."""
        sums: Counter[tuple[int | None, Kind]] = Counter({(self._near, Kind.READING): near})
        levels: list[tuple[int | None, Kind, int]] = []
        waits: list[Said] = []
        for line, class_id, *passed in seen.crossings:
            for way, count in zip(self._ways.get((line, class_id), ()), passed, strict=False):
                sums[way] += count
        for channels, zone in zip(self._zones, seen.zones, strict=True):
            sums.update(_cells(channels, zone))
            levels.append((channels.people, Kind.OCCUPANCY, zone.people))
            levels.append((channels.queue, Kind.QUEUE, zone.queue))
            if channels.wait is not None:
                waits += [(channels.wait, Kind.WAIT, _short(wait_ms)) for wait_ms in zone.waits]
        if seen.illuminance_lux is not None:
            levels.append((self._light, Kind.ILLUMINANCE, seen.illuminance_lux))
        # A window in which nobody nearly met is none of which that is not known.
        levels.append((self._near, Kind.READING, 0))
        levels.append((0, Kind.PEOPLE, seen.people))
        passages = [(n, kind, k) for (n, kind), k in sums.items() if n is not None and k]
        return Glance(
            passages=(*passages, *waits),
            levels=tuple((n, kind, k) for n, kind, k in levels if n is not None),
            health=seen.health,
            quality=seen.quality,
        )


def _channels_of(zone: Zone, numbers: Mapping[str, int]) -> _ZoneChannels:
    name = f"zone.{zone.name}"
    cells = map(cell_name, range(HEAT_COLUMNS * HEAT_ROWS))
    return _ZoneChannels(
        people=numbers.get(f"{name}.people"),
        queue=numbers.get(f"{name}.queue"),
        wait=numbers.get(f"{name}.wait"),
        dwell=tuple(numbers.get(f"{name}.dwell.{one}") for one in DWELL_CLASSES),
        heat=tuple(numbers.get(f"{name}.heat.{cell}") for cell in cells),
    )


def _cells(channels: _ZoneChannels, zone: ZoneStep) -> Counter[tuple[int | None, Kind]]:
    stays = ((channels.dwell[dwell_class(stay.dwell_ms)], Kind.STAY) for stay in zone.stays)
    visits = ((channels.heat[cell], Kind.VISIT) for cell in zone.visited)
    return Counter((*stays, *visits))


def _short(wait_ms: int) -> int:
    return min(max(0, wait_ms), VALUE_LIMITS[Kind.WAIT][1])
