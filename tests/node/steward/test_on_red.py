"""Who passes on red, from the lamps' contacts and the eye's words to signed records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from edgekit.config import Settings
from edgekit.consent.authorisation import draft, sign_authorisation
from edgekit.consent.terms import Controller, Purpose
from edgekit.consent.view import View
from edgekit.errors import ConfigError, ConsentError
from edgekit.geometry import Line
from edgekit.node import clock
from edgekit.privacy.message import Outage, Tick
from edgekit.privacy.tally import channel_table
from edgekit.records import Health, Kind, Observation, Profile, Reason
from edgekit.signers.file import load_signer
from edgekit.wire.channels import ChannelKind

Make = Callable[..., Any]
BEGUN_S = clock.BUILT_S + 86_400
RED, GREEN = ChannelKind.PRESENCE, ChannelKind.BUTTON
STOP = Line("stop", (320, 460), (320, 100))
METRICS = ("line.stop.car.in_red", "line.stop.in_red", "traffic.faults")
TEXT = """\
version = 1
[site]
name = "yard"
profile = "{profile}"
window_s = {window_s}
[camera]
source = "plaza"
[[line]]
name = "stop"
from = [320, 460]
to = [320, 100]
[systems.traffic]
port = "/dev/ttyACM0"
[systems.traffic.signal]
line = "{line}"
cycle_s = 60
"""


def sign(folder: Path, profile: Profile, *metrics: str, line: str = "stop") -> None:
    """Sign for these numbers, and write the settings beside them."""
    window_s = 60 if profile.at_home else 900
    text = TEXT.format(profile=profile, line=line, window_s=window_s)
    (folder / "site.toml").write_text(text, encoding="utf-8")
    view = View(width=640, height=480, lines=(STOP,))
    allowed = draft(
        "yard", profile=profile, view=view, window_s=window_s, valid_from_s=BEGUN_S - 3600
    )
    outputs = tuple(replace(allowed.outputs[0], metric=metric) for metric in metrics)
    allowed = replace(allowed, outputs=outputs, notice_digest="")
    if not profile.at_home:
        allowed = replace(
            allowed,
            controller=Controller(name="the city", contact="here"),
            purposes=(Purpose(id="safety", text="a safer crossing"),),
            place="the crossing",
            dpia_reference="12",
            objection="call",
            supervisory_authority="them",
            notice_digest="",
        )
    signer = load_signer(folder / "keys" / "organisation.key.pem")
    (folder / "authorisation.dsse.json").write_bytes(sign_authorisation(allowed, signer))


@dataclass
class Crossing:
    """A crossing whose light and whose eye are played."""

    home: Any
    seq: int = 0

    def see(self, kind: Kind, value: int, channel: int = 0) -> None:
        now_ms = self.home.now[0]
        seen = Observation(seq=self.seq, t_ms=now_ms, channel=channel, kind=kind, value=value)
        self.home.counts.step(seen)
        self.seq += 1

    def passes(self, count: int = 1, *, what: str = "car.") -> None:
        table = channel_table(self.home.site.authorisation)
        numbers = {one.metric: number for number, one in table.items()}
        self.see(Kind.IN, count, numbers[f"line.stop.{what}in"])

    def light(self, *, red: bool, green: bool) -> None:
        self.home.board.values[RED] = (int(red), 0)
        self.home.board.values[GREEN] = (int(green), 0)

    def live(self, seconds: int) -> None:
        for _ in range(seconds):
            self.home.now[0] += 1_000
            self.see(Kind.HEARTBEAT, 15)
            self.home.steward.turn()
            self.home.counts.step(Tick(now_ms=self.home.now[0]))

    def cycle(self, *, on_red: int = 0, on_green: int = 0) -> None:
        """Twenty seconds: ten of green, ten of red."""
        for light, passing in (("green", on_green), ("red", on_red)):
            self.light(red=light == "red", green=light == "green")
            self.live(5)
            if passing:
                self.passes(passing)
            self.live(5)

    def cycles(self, number: int, **passing: int) -> None:
        for _ in range(number):
            self.cycle(**passing)

    def end(self) -> list[dict[str, Any]]:
        """Close the window that is open, stop, and return what was told of cars on red."""
        self.cycles(self.home.site.settings.site.window_s // 20 + 1)
        self.home.stop()
        windows: list[dict[str, Any]] = self.home.of(METRICS[0])
        return windows


@pytest.fixture
def crossing(household: Make) -> Iterator[Callable[..., Crossing]]:
    def make(profile: Profile = Profile.HOME, *metrics: str) -> Crossing:
        home = household("water", profile=profile)
        home.cut()
        for file in (home.folder / "data").glob("*"):
            if file.is_file():
                file.unlink()
        sign(home.folder, profile, *(metrics or METRICS))
        home.begin()
        one = Crossing(home)
        one.see(Kind.HELLO, 1)
        return one

    return make


def total(windows: list[dict[str, Any]]) -> int:
    return sum(one["count"] or 0 for one in windows)


def events(place: Crossing) -> set[tuple[str, str, str]]:
    return {(e["event"], e["metric"], e["reason"]) for e in place.home.payloads("event")}


def test_cars_and_walkers_on_red_are_counted_in_the_window_in_which_that_red_ends(
    crossing: Callable[..., Crossing],
) -> None:
    place = crossing()
    place.cycles(6, on_red=2, on_green=3)
    place.light(red=True, green=False)
    place.live(3)
    place.passes(4, what="")
    place.cycles(6)
    windows = place.end()

    assert total(windows) == 12
    assert sum(one["count"] or 0 for one in place.home.of(METRICS[1])) == 4
    assert {one["status"] for one in windows[1:-1]} == {"released"}
    assert {one["count"] for one in windows[-3:-1]} == {0}  # nobody, and known to be
    assert {one["sensors"] for one in place.home.of(METRICS[2])[1:-1]} == {0}


@pytest.mark.parametrize(
    ("a_cycle", "count", "status"), [(1, 45, "released"), (0, None, "suppressed")]
)
def test_in_a_public_place_few_on_red_are_suppressed(
    crossing: Callable[..., Crossing], a_cycle: int, count: int | None, status: str
) -> None:
    place = crossing(Profile.SDC_10_5)
    place.cycles(46, on_red=a_cycle, on_green=9)
    place.home.stop()
    windows = place.home.of(METRICS[0])
    assert [(one["status"], one["count"]) for one in windows[:1]] == [(status, count)]


def test_what_the_contacts_do_not_tell_is_no_number_and_a_named_fault(
    crossing: Callable[..., Crossing],
) -> None:
    place = crossing()
    place.cycles(6, on_red=1)
    place.light(red=True, green=True)
    for _ in range(20):
        place.live(10)
        place.passes()
    place.cycles(6, on_red=1)
    windows = place.end()

    gap = [one for one in windows[1:-1] if one["status"] == "gap"]
    assert {one["count"] for one in gap} == {None}
    assert "source_lost" in {one["reason"] for one in gap}
    assert all(one["uptime_percent"] < 50 for one in gap)
    assert 10 <= total(windows) <= 12
    assert ("fault", METRICS[2], "out_of_range") in events(place)
    assert ("cured", METRICS[2], "out_of_range") in events(place)


def test_a_red_that_stands_counts_nobody(crossing: Callable[..., Crossing]) -> None:
    place = crossing()
    place.cycle()
    place.light(red=True, green=False)
    for _ in range(20):
        place.live(10)
        place.passes()
    assert not total(place.end())
    assert ("fault", METRICS[2], "stuck") in events(place)
    assert any("stuck" in line for line in place.home.log)


@pytest.mark.parametrize("lost", ["eye", "steward", "board", "view"])
def test_without_eye_steward_board_or_view_it_is_not_known(
    crossing: Callable[..., Crossing], lost: str
) -> None:
    place = crossing(Profile.HOME, METRICS[0])
    home = place.home
    place.cycles(6, on_red=1)
    if lost == "eye":
        home.counts.step(Outage(now_ms=home.now[0], reason=Reason.EYE_RESTARTED))
        place.see = lambda *_: None  # type: ignore[method-assign] -- an eye that is gone
    elif lost == "steward":
        home.stop_steward()
        home.steward.turn = lambda: None
    elif lost == "board":
        home.board.plugged = False
    else:
        place.see(Kind.HEALTH, Health.TURNED)
    place.cycles(7, on_red=1)
    windows = place.end()
    assert {(one["status"], one["count"]) for one in windows[-3:]} == {("gap", None)}
    assert 3 <= total(windows) <= 6


def test_a_steward_that_begins_anew_goes_on_counting(crossing: Callable[..., Crossing]) -> None:
    place = crossing(Profile.HOME, METRICS[0])
    for _ in range(5):
        place.cycles(2, on_red=1)
        place.home.stop_steward()
        place.home.begin_steward()
    assert total(place.end()) == 10


def test_a_line_drawn_the_other_way_counts_the_other_way(
    crossing: Callable[..., Crossing],
) -> None:
    place = crossing(Profile.HOME, "line.stop.car.out_red")
    numbers = [one.metric for one in channel_table(place.home.site.authorisation).values()]
    # Of the other way the eye is told to say nothing.
    assert numbers == ["line.stop.car.out"]


def test_what_is_authorised_needs_a_signal_of_that_line(household: Make) -> None:
    home = household("water")
    sign(home.folder, Profile.HOME, "line.stop.in_red")
    assert home.site.settings.systems[0].settings.signal.line == "stop"
    path = home.folder / "site.toml"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.partition("[systems.traffic]")[0], encoding="utf-8")
    with pytest.raises(ConsentError, match=r"no \[systems.traffic\]|names no signal"):
        home.site  # noqa: B018 -- reading it is the test
    path.write_text(whole.replace('line = "stop"', 'line = "door"'), encoding="utf-8")
    with pytest.raises(ConfigError, match="expected a line that is drawn: stop"):
        Settings.load(path)
