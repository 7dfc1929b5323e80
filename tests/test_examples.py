"""Every recipe runs; those that take a video, on as short a one as lets them say their word."""

import re
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests import mosquitto
from tests.mosquitto import Mosquitto

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
MEDIAN_LINES = 12
WIRED = frozenset({"lamp_follows"})
SERVED = frozenset({"read_events"})
PORT = 8710
SHORT = {
    "count_people": "plaza:14",
    "density": "plaza:12",
    "illuminance": "plaza:3",
    "redact_video": "plaza:12",
    "room_doors": "plaza:20",
    "room_full": "plaza:28",
}
"""The drawn scene as the video that a recipe takes, as long as it needs to say its word."""
SAID = {
    "air_index": r"US AQI \d+, moderate; CAQI \d+, low; CO2 \d+ ppm",
    "count_people": r"in, \d+ out",
    "crowd_level": r"0\.50 people per m², level of service C",
    "density": r"0\.\d\d people per m²",
    "driver_drowsy": r"the eye has been shut for 1\.0 s",
    "fair_share": r"2 given in this visit: the next one in 19 s",
    "fire_warning": r"fire - storeroom, ground floor: smoke of 0\.\d+ /m",
    "home_battery": r"give best on average over 3 past days",
    "illuminance": r"\d+ lux",
    "lift_gives_back": r"came back: 1\.5 kW to the building",
    "lamp_follows": r"nobody is there: 20% at the pin[\s\S]* 100% at the pin",
    "publish_mqtt": r"record 2 is with mqtt 127\.0\.0\.1:\d+",
    "nearest_unit": r"medic-2 to hall; 13 s in all\nmedic-1 to hall, medic-2 to gate; 47 s",
    "next_hour": r"next hour \d+ cyclists \(\d+ to \d+\)",
    "noise_level": r"80\.0 dB\(A\), at most 80\.0",
    "read_events": r"line\.door\.in released 15 None",
    "redact_video": r"nobody",
    "room_air": r"occupied - CO2 4\d\d ppm[\s\S]*fresh_air - 13 l/s: for 2",
    "room_doors": r"\d+ inside",
    "room_full": r"full, \d+ people",
    "what_leaves": r"water\.volume   household    public None, home 123[\s\S]*public 125",
    "warm_or_not": r"warm: please take a thermometer",
    "water_burst": r"for 30 min, in 3 spans in a row: more than taps give; the main closes",
    "water_contamination": r"event - the water changed as contamination changes it: chlorine -0",
    "water_day": r"rolled over: it began again from 0; 35 l went by",
    "water_plants": r"tomorrow may take 7: 17 mm tonight\nCommand\(channel='zone-valve', value=1",
    "tariff_cheapest": r"washing starts in 2 h",
    "verify_records": r"3 records of door, all signed by [0-9a-f]{16}",
}


class Events(BaseHTTPRequestHandler):
    """A page that tells what was handed over, and ends."""

    lines: tuple[bytes, ...] = ()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"retry: 5000\n\n")
        for number, line in enumerate(self.lines):
            self.wfile.write(b"id: %d\nevent: record\ndata: %s\n\n" % (number, line))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def page(handed_over: Path) -> Iterator[None]:
    """Serve the records that were handed over, where a node's page would be."""
    lines = tuple((handed_over / "records.jsonl").read_bytes().splitlines())
    handler = type("Page", (Events,), {"lines": lines})
    try:
        server = HTTPServer(("127.0.0.1", PORT), handler)
    except OSError:
        pytest.skip(f"somebody else listens at port {PORT}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


def run(program: list[str], folder: Path) -> str:
    result = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    (tmp_path / "broker").mkdir()
    started = mosquitto.start(tmp_path / "broker")
    yield started
    started.kill()


@pytest.mark.broker
def test_example_publishes(broker: Mosquitto, handed_over: Path) -> None:
    program = [sys.executable, "-I", str(ROOT / "examples" / "publish_mqtt.py")]
    said = run([*program, "127.0.0.1", str(broker.port)], handed_over)
    assert re.search(SAID["publish_mqtt"], said), said


@pytest.mark.parametrize(
    "example", [one for one in EXAMPLES if one.stem != "publish_mqtt"], ids=lambda path: path.stem
)
def test_example_runs(example: Path, handed_over: Path, request: pytest.FixtureRequest) -> None:
    if example.stem in WIRED:
        request.getfixturevalue("firmware")  # skips where it can't be built
    if example.stem in SERVED:
        request.getfixturevalue("page")
    video = [SHORT[example.stem]] if example.stem in SHORT else []
    said = run([sys.executable, "-I", str(example), *video], handed_over)

    assert re.search(SAID[example.stem], said), said


def test_examples_are_short() -> None:
    lengths = [
        sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())
        for path in EXAMPLES
    ]

    assert statistics.median(lengths) <= MEDIAN_LINES
