"""A whole site made on the spot, run, and read back: what ``edgekit demo`` shows.

The demo is its own organisation, so it may only run under `local`: nothing leaves the device.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from edgekit.config import Confinement
from edgekit.config.files import DEFAULT_RECORDS
from edgekit.confine.filter import require_filters
from edgekit.consent.authorisation import draft, sign_authorisation
from edgekit.consent.metric import LIGHT
from edgekit.consent.view import View
from edgekit.errors import ConfigError, OutletError, SealError
from edgekit.geometry import Line, Zone
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.node.keeping.books import LEDGER
from edgekit.node.pictures.poster import Bar
from edgekit.node.status import read_state
from edgekit.node.trying.counting import open_spec
from edgekit.node.trying.rehearsal import REHEARSAL
from edgekit.records import Profile, Status
from edgekit.signers.file import create_key, load_public, load_signer
from edgekit.signing.canonical import JsonValue
from edgekit.signing.dsse import Envelope
from edgekit.signing.record import read_payload
from edgekit.testing.spec import is_plaza
from edgekit.testing.truth import DEFAULT_LINE, DEFAULT_ZONE

WINDOW_S = 10
RECORDS = Path("data") / DEFAULT_RECORDS.parent
VALID_S = 7 * 86_400
MARK = ".edgekit-demo"
"""Lies in a folder that a demo made, so that the next one may replace it and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenery:
    """What the demo looks at, and what it counts there."""

    source: str
    size: tuple[int, int]
    fps: int
    lines: tuple[Line, ...]
    zones: tuple[Zone, ...]

    @property
    def live(self) -> bool:
        """Whether it is a camera or a stream: the world, not a file or a drawing."""
        return self.source.isdecimal() or self.source.startswith("/dev/") or "://" in self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the ledger says afterwards; values are exact, for they stay on this device.

    Attributes:
        passages: for each line: name, in, out.
        people: for each zone: name and the mean of its windows, None where there was none.
        illuminance_lux: lowest and highest window, or None.
        bars: passages of the first line by window.
        records: how many records the ledger holds, all verified.
        rehearsal: what would have left under ``sdc-10-5``.
    """

    passages: tuple[tuple[str, int, int], ...]
    people: tuple[tuple[str, float | None], ...]
    illuminance_lux: tuple[int, int] | None
    bars: tuple[Bar, ...]
    records: int
    rehearsal: dict[str, JsonValue]


def scenery(source: str, *, lines: Sequence[Line] = (), zones: Sequence[Zone] = ()) -> Scenery:
    """Look once at a source; a line down the middle where none is given.

    Raises:
        SensorError: there is nothing to see.
        ConfigError: a line or zone that can never count.
    """
    opened = open_spec(source)
    try:
        (width, height), fps = opened.size, max(1, min(120, round(opened.fps)))
    finally:
        opened.close()
    if not lines and not zones:
        if is_plaza(source):
            lines, zones = (DEFAULT_LINE,), (DEFAULT_ZONE,)
        else:
            middle = width // 2
            lines = (Line("middle", (middle, height), (middle, 0)),)
    View(width=width, height=height, lines=tuple(lines), zones=tuple(zones))
    return Scenery(
        source=_absolute(source),
        size=(width, height),
        fps=fps,
        lines=tuple(lines),
        zones=tuple(zones),
    )


def confinement_here(scene: Scenery, *, warn: Callable[[str], None]) -> Confinement:
    """Return the wall that a demo can have on this machine.

    Raises:
        SealError: none, and the source is a camera.
    """
    try:
        require_filters()
    except SealError as error:
        if scene.live:
            raise
        warn(f"nothing is sealed in this demo: {error}")
        return Confinement.MAKER
    return Confinement.STRICT


def has_page() -> bool:
    """Whether what a status page needs is installed (``pip install '.[web]'``)."""
    return all(find_spec(name) is not None for name in ("starlette", "uvicorn"))


def prepare(
    folder: Path,
    scene: Scenery,
    *,
    confinement: Confinement = Confinement.STRICT,
    page: bool = False,
) -> Path:
    """Make keys, settings and a signed authorisation; return the site.toml.

    ``page``: whether the node serves its page, on this machine's own screen.

    Raises:
        ConfigError: the folder holds something that no demo made, or cannot be written.
    """
    _clear(folder)
    organisation = folder / "keys" / "organisation.key.pem"
    create_key(folder / "keys" / "device.key.pem", entropy=os.urandom)
    create_key(organisation, entropy=os.urandom)
    path = folder / "site.toml"
    path.write_text(_settings(scene, confinement, page=page), encoding="utf-8")
    now_s = int(time.time())
    document = draft(
        "demo",
        profile=Profile.LOCAL,
        view=View(width=scene.size[0], height=scene.size[1], lines=scene.lines, zones=scene.zones),
        window_s=WINDOW_S,
        valid_from_s=now_s - 60,
        valid_s=VALID_S,
    )
    signed = sign_authorisation(document, load_signer(organisation))
    (folder / "authorisation.dsse.json").write_bytes(signed)
    return path


def read_outcome(folder: Path, scene: Scenery) -> Outcome:
    """Verify the ledger and add up what is in it.

    Raises:
        VerificationError: the ledger does not verify.
    """
    key = load_public(folder / "keys" / "device.pub.pem")
    ledger = Ledger.open_readonly(folder / "data" / LEDGER)
    try:
        report = verify_ledger(ledger, [key])
        payloads = [
            read_payload(Envelope.from_bytes(record.envelope).payload)
            for record in ledger.records(0, ledger.size)
        ]
    finally:
        ledger.close()
    seen = _Series(payloads)
    lights = seen.values(LIGHT, "illuminance_lux")
    return Outcome(
        passages=tuple(
            (
                line.name,
                sum(seen.values(f"line.{line.name}.in", "count")),
                sum(seen.values(f"line.{line.name}.out", "count")),
            )
            for line in scene.lines
        ),
        people=tuple((zone.name, seen.mean(f"zone.{zone.name}.people")) for zone in scene.zones),
        illuminance_lux=(min(lights), max(lights)) if lights else None,
        bars=seen.bars(scene.lines[0].name) if scene.lines else (),
        records=report.records,
        rehearsal=read_state(folder / "data" / REHEARSAL),
    )


def require_delivered(folder: Path, outcome: Outcome) -> None:
    """Raise OutletError where records of the ledger are not in the exported file."""
    written = sum(
        path.read_bytes().count(b"\n") for path in sorted((folder / RECORDS).glob("*.jsonl"))
    )
    if written < outcome.records:
        raise OutletError(
            f"{outcome.records - written} of {outcome.records} records could not be written to "
            f"{folder / RECORDS}: they wait in the ledger",
            hint="free some space on that disk: storage.keep_free_mb is left to others",
        )


class _Series:
    """The aggregates of a ledger by metric."""

    def __init__(self, payloads: Sequence[object]) -> None:
        self._rows = [p for p in payloads if isinstance(p, dict) and p["type"] == "aggregate"]

    def values(self, metric: str, unit: str) -> list[int]:
        return [
            row[unit]
            for row in self._rows
            if row["metric"] == metric and row["status"] == Status.RELEASED
        ]

    def mean(self, metric: str) -> float | None:
        """Return the mean of the windows, each weighing what was seen of it."""
        rows = [
            (row["people"], row["uptime_percent"])
            for row in self._rows
            if row["metric"] == metric and row["status"] == Status.RELEASED
        ]
        weight = sum(uptime for _, uptime in rows)
        return sum(people * uptime for people, uptime in rows) / weight if weight else None

    def bars(self, line: str) -> tuple[Bar, ...]:
        ways: dict[int, list[int | None]] = {}
        for row in self._rows:
            for index, way in enumerate(("in", "out")):
                if row["metric"] == f"line.{line}.{way}":
                    ways.setdefault(row["window_start_s"], [None, None])[index] = row["count"]
        return tuple(
            Bar(start_s=start_s, came=pair[0], went=pair[1])
            for start_s, pair in sorted(ways.items())
        )


def _clear(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise ConfigError(
            f"{folder} holds something that no demo made",
            hint="name another folder: edgekit demo --out DIR",
        )
    try:
        if folder.exists():
            shutil.rmtree(folder)
        (folder / "keys").mkdir(parents=True)
        (folder / MARK).touch()
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be written: {error.strerror}",
            hint="name another folder: edgekit demo --out DIR",
        ) from error


def _absolute(source: str) -> str:
    return str(Path(source).absolute()) if Path(source).exists() else source


def _settings(scene: Scenery, confinement: Confinement, *, page: bool) -> str:
    shapes = [
        f'[[line]]\nname = "{line.name}"\nfrom = {_point(line.start)}\nto = {_point(line.end)}\n'
        for line in scene.lines
    ]
    shapes += [
        f'[[zone]]\nname = "{zone.name}"\npolygon = [{", ".join(map(_point, zone.polygon))}]\n'
        for zone in scene.zones
    ]
    return "\n".join(
        (
            "# Written by `edgekit demo`. A site of your own: `edgekit init DIR`.",
            "version = 1\n",
            f'[site]\nname = "demo"\nprofile = "local"\nwindow_s = {WINDOW_S}',
            f'confinement = "{confinement}"\n',
            (
                f"[camera]\nsource = {json.dumps(scene.source)}\nwidth = {scene.size[0]}\n"
                f"height = {scene.size[1]}\nfps = {scene.fps}\n"
            ),
            *shapes,
            *(["[web]\n"] if page else []),
        )
    )


def _point(point: tuple[float, float]) -> str:
    return f"[{round(point[0])}, {round(point[1])}]"
