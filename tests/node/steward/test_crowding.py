"""A crowd's warning from the eye's counts to a sign on a relay, a message and a signed event."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edgekit.config import Settings
from edgekit.consent.authorisation import draft, sign_authorisation
from edgekit.consent.outputs import may_leave
from edgekit.consent.view import View
from edgekit.errors import ConfigError, ConsentError
from edgekit.geometry import Ground, Line, Zone
from edgekit.node import clock
from edgekit.node.steward.ear import FRESH_MS, Ear
from edgekit.node.steward.kept import folder_of
from edgekit.privacy.message import Outage, Tick
from edgekit.privacy.tally import channel_table
from edgekit.records import Health, Kind, Observation, Profile, Reason
from edgekit.signers.file import load_signer

Make = Callable[..., Any]
BEGUN_S = clock.BUILT_S + 86_400
GATE = Line("gate", (320, 460), (320, 20))
SQUARE = Zone("square", ((40, 40), (280, 40), (280, 440), (40, 440)))
GROUND = Ground(
    points=((0, 480), (640, 480), (640, 0), (0, 0)),
    cm=((0, 0), (1280, 0), (1280, 960), (0, 960)),
)
AREA_M2 = 4.8 * 8.0
METRICS = ("zone.square.people", "line.gate.total", "crowd.alarm")
TEXT = """\
version = 1
[site]
name = "yard"
profile = "home"
window_s = 60
[camera]
source = "plaza"
[[line]]
name = "gate"
from = [320, 460]
to = [320, 20]
[[zone]]
name = "square"
polygon = [[40, 40], [280, 40], [280, 440], [40, 440]]
[ground]
points = [[0, 480], [640, 480], [640, 0], [0, 0]]
cm = [[0, 0], [1280, 0], [1280, 960], [0, 960]]
[systems.crowd]
port = "/dev/ttyACM0"
width_m = 2.0
window_ms = 10000
[systems.crowd.watch]
zone = "square"
line = "gate"
place = "the yard"
"""


def sign(folder: Path, *metrics: str, text: str = TEXT, ground: Ground | None = GROUND) -> None:
    (folder / "site.toml").write_text(text, encoding="utf-8")
    view = View(width=640, height=480, lines=(GATE,), zones=(SQUARE,), ground=ground)
    allowed = draft(
        "yard", profile=Profile.HOME, view=view, window_s=60, valid_from_s=BEGUN_S - 3600
    )
    outputs = tuple(replace(allowed.outputs[0], metric=metric) for metric in metrics)
    allowed = replace(allowed, outputs=outputs, notice_digest="")
    signer = load_signer(folder / "keys" / "organisation.key.pem")
    (folder / "authorisation.dsse.json").write_bytes(sign_authorisation(allowed, signer))


class Square:
    """A square whose people are played, and the pipe from the clerk to the steward."""

    def __init__(self, home: Any) -> None:  # noqa: ANN401 -- a household
        self.home = home
        table = channel_table(home.site.authorisation)
        self.numbers = {one.metric: number for number, one in table.items()}
        self.said_r, self.said_w = os.pipe()
        home.steward._ear = Ear(self.said_r)
        self.see(Kind.HELLO, 1)

    def see(self, kind: Kind, value: int, what: str = "") -> None:
        channel = self.numbers[what] if what else 0
        now_ms = self.home.now[0]
        seen = Observation(seq=0, t_ms=now_ms, channel=channel, kind=kind, value=value)
        self.home.counts.step(seen)

    def live(self, seconds: int, *, people: int, each_s: int = 0, blind: bool = False) -> None:
        for second in range(seconds):
            self.home.now[0] += 1_000
            if not blind:
                self.see(Kind.HEARTBEAT, 15)
                self.see(Kind.OCCUPANCY, people, METRICS[0])
                if each_s and not second % each_s:
                    self.see(Kind.IN, 1, "line.gate.in")
            os.write(self.said_w, self.home.counts.crowding.word)
            self.home.steward.turn()
            self.home.counts.step(Tick(now_ms=self.home.now[0]))

    @property
    def lit(self) -> bool:
        """Whether the sign was lit within the last second."""
        driven = self.home.board.driven
        return bool(driven) and bool(driven[-1].level)

    def alarms(self) -> int:
        self.home.stop()
        events = [(e["event"], e["metric"]) for e in self.home.payloads("event")]
        return events.count(("alarm", METRICS[2]))


@pytest.fixture
def square(household: Make) -> Iterator[Square]:
    home = household("water")
    home.cut()
    for file in (home.folder / "data").glob("*"):
        if file.is_file():
            file.unlink()
    sign(home.folder, *METRICS)
    home.begin()
    one = Square(home)
    yield one
    os.close(one.said_r)
    os.close(one.said_w)


def test_dense_and_ever_slower_lights_the_sign_and_is_an_alarm(square: Square) -> None:
    square.live(30, people=80, each_s=1)
    assert not square.lit  # dense, and it flows
    square.live(30, people=90, each_s=3)
    assert square.lit
    message = folder_of(square.home.site.settings) / "crowd.cap.xml"
    assert "<msgType>Alert</msgType>" in message.read_text(encoding="utf-8")
    assert any("let no more in" in line for line in square.home.log)
    square.live(30, people=10, each_s=3)
    assert not square.lit
    assert "<msgType>Cancel</msgType>" in message.read_text(encoding="utf-8")
    assert square.alarms() == 1
    # Where people are is on no disk.
    assert not (folder_of(square.home.site.settings) / "crowd.state").exists()


@pytest.mark.parametrize("people", [20, 80])
def test_free_or_flowing_it_stays_dark(square: Square, people: int) -> None:
    square.live(120, people=people, each_s=2)
    assert not square.home.board.driven
    assert square.alarms() == 0


@pytest.mark.parametrize("lost", ["eye", "view", "silent"])
def test_nobody_knows_of_a_crowd_that_is_not_seen(square: Square, lost: str) -> None:
    square.live(30, people=80, each_s=1)
    square.live(5, people=90)
    assert square.home.counts.crowding.word == b"0"
    if lost == "eye":
        outage = Outage(now_ms=square.home.now[0], reason=Reason.EYE_RESTARTED)
        square.home.counts.step(outage)
    elif lost == "view":
        square.see(Kind.HEALTH, Health.COVERED)
    square.live(8, people=90, blind=lost != "view")
    assert square.home.counts.crowding.word == b"?"
    square.live(30, people=90, blind=lost != "view")
    assert not square.lit


def test_what_the_clerk_said_is_forgotten_when_it_says_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0]
    monkeypatch.setattr(clock, "steady_ms", lambda: now[0])
    said_r, said_w = os.pipe()
    ear = Ear(said_r)
    assert ear.pressed is None
    os.write(said_w, b"001")
    assert ear.pressed is True
    now[0] += FRESH_MS
    assert ear.pressed is True
    now[0] += 1
    assert ear.pressed is None
    os.write(said_w, b"10")
    assert ear.pressed is False
    os.write(said_w, b"x")
    assert ear.pressed is None
    os.close(said_w)
    assert ear.pressed is None
    os.close(said_r)
    assert Ear(None).pressed is None


@pytest.mark.parametrize(
    ("text", "metrics", "ground", "said"),
    [
        (TEXT, METRICS[1:], GROUND, r"zone\.square\.people: not authorised"),
        (TEXT, (*METRICS[::2], "line.gate.in"), GROUND, r"line\.gate\.out: not authorised"),
        (
            TEXT.replace("width_m", "warn_m2 = 0.2\nwidth_m"),
            METRICS,
            GROUND,
            "8 people .* 10 or more",
        ),
    ],
)
def test_it_watches_what_is_authorised_and_of_ten_people_or_more(
    household: Make, text: str, metrics: tuple[str, ...], ground: Ground | None, said: str
) -> None:
    home = household("water")
    sign(home.folder, *metrics, text=text, ground=ground)
    with pytest.raises(ConsentError, match=said):
        home.site  # noqa: B018 -- reading it is the test


def test_a_crowd_without_a_known_ground_is_refused(household: Make) -> None:
    home = household("water")
    text = TEXT.partition("[ground]")[0] + "[systems.crowd]" + TEXT.partition("[systems.crowd]")[2]
    sign(home.folder, *METRICS, text=text, ground=None)
    with pytest.raises(ConsentError, match="its ground is not known"):
        home.site  # noqa: B018 -- reading it is the test


@pytest.mark.parametrize("key", ["zone", "line"])
def test_a_zone_or_line_that_is_not_drawn_is_refused(tmp_path: Path, key: str) -> None:
    name = {"zone": "square", "line": "gate"}[key]
    text = TEXT.replace(f'{key} = "{name}"', f'{key} = "other"')
    with pytest.raises(ConfigError, match=f"crowd.watch.{key} 'other': expected a {key}"):
        Settings.from_text(text, path=tmp_path / "site.toml")


def test_no_noise_and_no_band_is_in_a_warning() -> None:
    left = [profile for profile in Profile if may_leave("crowd.alarm", profile)]
    assert left == [Profile.SDC_10_5, Profile.HOME, Profile.LOCAL]
