"""``edgekit demo``: a whole node, from pixels to a verified number, on whatever there is to see."""

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekit.errors import ConfigError
from edgekit.testing.spec import LONGEST_S, PLAZA

if TYPE_CHECKING:
    from edgekit.config import Settings
    from edgekit.node.trying.demonstration import Outcome, Scenery

DEFAULT_OUT = Path("edgekit-demo")
CAMERA_SECONDS = PLAZA_SECONDS = 60

Truth = tuple[int, int, float, tuple[int, int]]
"""Of the rendered plaza: in, out, people in the zone on average, lowest and highest lux."""


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "demo",
        help="run a whole node on a rendered plaza, a video or a camera",
        description="Run eye, clerk and herald on a source and show what came of it. "
        "Profile `local`: nothing leaves this device.",
    )
    parser.add_argument(
        "--source",
        default=PLAZA,
        help="a video file, a camera (0), a stream (rtsp://…); a rendered plaza if not given",
    )
    parser.add_argument("--seconds", type=float, help="stop after so many seconds")
    parser.add_argument(
        "--line", action="append", default=[], metavar="[NAME:]x1,y1,x2,y2", help="count over it"
    )
    parser.add_argument(
        "--zone", action="append", default=[], metavar="[NAME:]x,y,x,y,x,y,…", help="count in it"
    )
    parser.add_argument(
        "--out", type=Path, default=DEFAULT_OUT, help="where the results go (edgekit-demo)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prepare a site, run it, and print what came of it."""
    from edgekit.cli.count import parse_line, parse_zone  # noqa: PLC0415 -- only what the verb needs
    from edgekit.cli.live_line import LiveLine  # noqa: PLC0415 -- only what the verb needs
    from edgekit.cli.notice import write_notice  # noqa: PLC0415 -- only what the verb needs
    from edgekit.config import Settings  # noqa: PLC0415 -- only what the verb needs
    from edgekit.consent.notice import DEFAULT_LOCALE  # noqa: PLC0415 -- only what the verb needs
    from edgekit.node.supervisor import Supervisor  # noqa: PLC0415 -- only what the verb needs
    from edgekit.node.trying import demonstration as demo  # noqa: PLC0415 -- only what the verb needs

    plaza = options.source == PLAZA
    lasts_s = _plaza_seconds(options.seconds) if plaza else None
    scene = demo.scenery(
        f"{PLAZA}:{lasts_s}" if plaza else options.source,
        lines=[parse_line(text, number) for number, text in enumerate(options.line, 1)],
        zones=[parse_zone(text) for text in options.zone],
    )
    folder = options.out.absolute()
    confinement = demo.confinement_here(scene, warn=lambda text: _say(f"edgekit: {text}"))
    settings = demo.prepare(folder, scene, confinement=confinement, page=demo.has_page())
    seconds = options.seconds or (CAMERA_SECONDS if scene.live else None)
    if plaza:
        seconds = None  # it ends by itself, with everything that happened in it
    write_notice(Settings.load(settings), folder / "notice", language=DEFAULT_LOCALE)
    live = LiveLine(folder / "data", until_s=seconds)
    node = Supervisor(settings, echo=live.hear, on_tick=lambda: live.tick(node))
    _say(f"edgekit demo: {_name(options.source)}, profile local, windows of {demo.WINDOW_S} s")
    _say(_mode(node.settings))
    if node.settings.web is not None:
        _say(f"edgekit demo: its own page, while it runs: http://{node.settings.web.listen[0]}/")
    node.run()
    live.end()
    outcome = demo.read_outcome(folder, scene)
    truth = _truth(lasts_s) if lasts_s else None
    picture = _draw(folder, scene, outcome, _name(options.source), truth)
    print(_report(folder, outcome, picture, truth))
    demo.require_delivered(folder, outcome)
    return 0


def _mode(settings: "Settings") -> str:
    """How the covered picture is made here, and who looks at it again."""
    from edgekit.node.reviewer import finder_in  # noqa: PLC0415 -- as in run
    from edgekit.node.walls.posture import models_of  # noqa: PLC0415 -- as in run

    finder = finder_in(models_of(settings))
    second = f"{finder} looks for faces in it" if finder else "with no model to look for faces"
    return f"edgekit demo: covered picture in mode foreground; second look: {second}"


def _draw(
    folder: Path, scene: "Scenery", outcome: "Outcome", name: str, truth: Truth | None
) -> Path:
    from edgekit.node.clerking.eyeline import PREVIEW  # noqa: PLC0415 -- as in run
    from edgekit.node.pictures.poster import Sheet, draw_poster  # noqa: PLC0415 -- as in run
    from edgekit.node.trying.demonstration import WINDOW_S  # noqa: PLC0415 -- as in run

    notes = [f"{line}: {came} in, {went} out" for line, came, went in outcome.passages]
    notes += [f"truth: {truth[0]} in, {truth[1]} out"] if truth else []
    notes += [f"{zone}: {_mean(mean)} people on average" for zone, mean in outcome.people]
    notes += [
        _light(outcome),
        f"{outcome.records} signed records, verified",
        "",
        "left the device: nothing",
        "",
        "blue: people, covered",
        "dark: not yet known to be empty",
    ]
    sheet = Sheet(
        title=f"edgekit demo: {name}",
        notes=tuple(notes),
        lines=scene.lines,
        zones=scene.zones,
        bars=outcome.bars,
        window_s=WINDOW_S,
    )
    preview = folder / "data" / PREVIEW
    path = folder / "demo.png"
    draw_poster(sheet, preview if preview.exists() else None, path)
    return path


def _plaza_seconds(seconds: float | None) -> int:
    if seconds is None:
        return PLAZA_SECONDS
    if not 1 <= seconds <= LONGEST_S:
        raise ConfigError(f"--seconds {seconds:g}: expected 1 to {LONGEST_S}")
    return round(seconds)


def _truth(seconds: int) -> Truth:
    from edgekit.testing.plaza import PlazaSource  # noqa: PLC0415 -- the rendered scene only

    truth = PlazaSource(clock_ms=lambda: 0, realtime=False, seconds=float(seconds)).truth()
    mean = sum(truth.occupancy) / len(truth.occupancy)
    return truth.in_count, truth.out_count, mean, (min(truth.lux), max(truth.lux))


def _report(
    folder: Path,
    outcome: "Outcome",
    picture: Path,
    truth: Truth | None,
) -> str:
    rows = [("", "counted", "truth" if truth else "")]
    for line, came, went in outcome.passages:
        rows.append((f"{line}: in", str(came), str(truth[0]) if truth else ""))
        rows.append((f"{line}: out", str(went), str(truth[1]) if truth else ""))
    for zone, mean in outcome.people:
        rows.append((f"{zone}: people, mean", _mean(mean), f"{truth[2]:.1f}" if truth else ""))
    lux = f"{truth[3][0]} to {truth[3][1]}" if truth else ""
    rows.append(("light, lux", _light(outcome).removesuffix(" lux"), lux))
    table = "\n".join(f"  {name:<24}{seen:>14}{real:>14}".rstrip() for name, seen, real in rows)
    return f"\n{table}\n\n{_left(outcome)}\n\n{_places(folder, picture)}"


def _left(outcome: "Outcome") -> str:
    rehearsal: dict[str, Any] = outcome.rehearsal
    words = ["What left this device: nothing, 0 bytes (profile local)."]
    if not rehearsal:
        return words[0]
    words.append(
        f"Had this been one window in a public place ({rehearsal['profile']}): "
        f"{len(rehearsal['outputs'])} records, {rehearsal['bytes']} bytes:"
    )
    for row in rehearsal["outputs"]:
        value = next((row[u] for u in ("count", "people", "illuminance_lux") if u in row), None)
        words.append(f"  {row['metric']:<24}{row['status'] if value is None else value:>14}")
    return "\n".join(words)


def _places(folder: Path, picture: Path) -> str:
    key = folder / "keys" / "device.pub.pem"
    ledger = folder / "data" / "ledger.sqlite"
    rows = (
        ("picture of it all", picture),
        ("records", folder / "data" / "records" / "records.jsonl"),
        ("ledger", ledger),
        ("covered preview", folder / "data" / "preview.jpg"),
        ("sign and notice", folder / "notice"),
        ("log", folder / "data" / "node.log"),
    )
    lines = [f"  {name:<20}{path}" for name, path in rows]
    return "\n".join(
        (
            *("Results:", *lines, "Its own page, in a browser on this machine:", *_page(folder)),
            *("Verify them:", f'  {_command()} verify "{ledger}" --key "{key}"'),
        )
    )


def _page(folder: Path) -> Iterator[str]:
    from edgekit.config.web import DEFAULT  # noqa: PLC0415 -- as in run
    from edgekit.node.trying.demonstration import has_page  # noqa: PLC0415 -- as in run

    if not has_page():
        yield f"  {sys.executable} -m pip install starlette uvicorn, then this demo once more"
        return
    yield f'  {_command()} run "{folder / "site.toml"}"'
    yield f"  http://{DEFAULT}/"


def _mean(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _light(outcome: "Outcome") -> str:
    if outcome.illuminance_lux is None:
        return "- lux"
    return f"{outcome.illuminance_lux[0]} to {outcome.illuminance_lux[1]} lux"


def _name(source: str) -> str:
    return "a rendered plaza" if source == PLAZA else Path(source).name or source


def _command() -> str:
    """Return how this very edgekit is called from here: it may not be on the path."""
    program = Path(sys.argv[0])
    return "edgekit" if shutil.which("edgekit") or program.name != "edgekit" else str(program)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
