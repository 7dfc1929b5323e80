"""What systems decide becomes records: by whom it is about, whole over faults and restarts."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from edgekit.errors import ConfigError, ConsentError
from edgekit.node.keeping.meters import NAME
from edgekit.node.steward import tended
from edgekit.records import Profile, Reason
from edgekit.wire.channels import ChannelKind
from edgekit.wire.messages import FULL

if TYPE_CHECKING:
    from tests.node.steward.conftest import Household

Make = Callable[..., "Household"]
PULSES, HEAT, LOOP = ChannelKind.PULSES, ChannelKind.TEMPERATURE, ChannelKind.CURRENT_LOOP
TMP36_65_C = 236
LITRE_ML = 1_000
PUBLIC = [profile for profile in Profile if not profile.at_home]


def drawing(home: "Household") -> Callable[[], None]:
    """Draw a litre every other second, which is less than the meter's overload flow."""

    def draw() -> None:
        home.board.values[PULSES] += home.now[0] // 1000 % 2

    return draw


def total_ml(home: "Household") -> int:
    return sum(one["volume_ml"] or 0 for one in home.of("water.volume"))


def test_a_home_gets_its_litres_and_the_log_verifies(household: Make) -> None:
    home = household("water", "air", "fire")
    home.live(60)
    home.live(20, each=drawing(home))
    home.live(160)
    home.stop()

    windows = home.of("water.volume")
    assert total_ml(home) == 10 * LITRE_ML
    assert {one["status"] for one in windows[:-1]} == {"released"}
    assert [one["reason"] for one in windows[1:-1]] == [None] * (len(windows) - 2)
    assert {one["quality"] for one in windows[1:-1]} == {"good"}
    assert {one["source"] for one in windows} == {"meters"}
    assert [one["co2_ppm"] for one in home.of("air.co2")][-2:] == [None, None]  # no whole hour yet
    assert {one["sensors"] for one in home.of("water.faults")[:-1]} == {0}
    assert (home.folder / "data" / NAME).stat().st_mode & 0o77 == 0


@pytest.mark.parametrize("falls", ["all", "steward", "clerk"])
@pytest.mark.parametrize("ends", ["cut", "stop"])
def test_no_litre_is_lost_or_told_twice_over_a_restart(
    household: Make, falls: str, ends: str
) -> None:
    home = household("water")
    home.live(60)
    home.live(90, each=drawing(home))
    if falls == "steward":
        home.stop_steward()
        home.begin_steward()
    elif falls == "all":
        home.cut() if ends == "cut" else home.stop()
        home.board.values[PULSES] += 5  # the meter counts on while nobody looks
        home.now[0] += 150_000
        home.begin()
    else:
        home.cut()
        home.begin_clerk()
        home.begin_steward()
    home.live(150, each=drawing(home))
    home.live(120)
    home.stop()

    assert total_ml(home) == LITRE_ML * home.board.values[PULSES]
    starts = [one["window_start_s"] for one in home.of("water.volume")]
    assert starts == list(range(starts[0], starts[-1] + 60, 60))


def test_a_board_that_is_unplugged_is_a_gap_with_its_reason_and_its_litres_come_late(
    household: Make,
) -> None:
    home = household("water", "air")
    home.live(60)
    home.board.plugged = False
    home.live(180, each=drawing(home))
    home.board.plugged = True
    home.live(180)
    home.stop()

    windows = home.of("water.volume")
    away = [one for one in windows if one["status"] == "gap"][:-1]
    assert len(away) >= 2
    assert {one["reason"] for one in away} == {"source_lost"}
    assert {one["volume_ml"] for one in away} == {None}
    assert {one["status"] for one in home.of("air.faults") if one in away} <= {"gap"}
    late = next(one for one in windows if one["volume_ml"])
    assert late["volume_ml"] == 90 * LITRE_ML
    assert late["quality"] == "degraded"
    assert total_ml(home) == 90 * LITRE_ML


def test_another_board_is_no_gap(household: Make) -> None:
    home = household("water", "fire")
    home.live(60)
    home.steward._boards.answers = lambda port: False if home.now[0] % 2 else port
    home.live(120)
    home.stop()

    assert {one["status"] for one in home.of("fire.faults")[:-1]} == {"released"}


def test_a_stuck_sensor_is_named_as_a_fault_and_its_end_too(household: Make) -> None:
    home = household("air", window_s=3600)
    home.board.values[LOOP] = 245
    home.live(13 * 3600, step_s=60)  # the same to the last bit for twelve hours
    home.board.values[LOOP] = 260
    home.board.values[HEAT] += 1
    home.live(2 * 3600, step_s=60)
    home.stop()

    events = [(one["event"], one["metric"], one["reason"]) for one in home.payloads("event")]
    assert ("fault", "air.faults", "stuck") in events
    assert ("cured", "air.faults", "stuck") in events
    assert all(one["t_s"] % 3600 == 0 for one in home.payloads("event"))
    assert any("stuck" in line for line in home.log)


@pytest.mark.parametrize("profile", [Profile.SDC_10_5, Profile.HOME])
def test_a_fire_is_an_event_a_message_and_a_sounder(household: Make, profile: Profile) -> None:
    home = household("fire", profile=profile)
    home.live(900)
    quiet = [one.level for one in home.board.driven]
    assert quiet
    assert set(quiet) == {FULL}  # the normally closed contact: held quiet
    home.board.values[HEAT] = TMP36_65_C
    home.live(900)
    home.stop()

    assert sum(one["alarms"] or 0 for one in home.of("fire.alarm")) == 1
    (alarm,) = [one for one in home.payloads("event") if one["event"] == "alarm"]
    assert (alarm["metric"], alarm["count"]) == ("fire.alarm", None)
    assert home.board.driven[-1].level == 0
    cap = home.folder / "data" / "systems" / "fire.cap.xml"
    assert "<event>Fire</event>" in cap.read_text(encoding="utf-8")
    assert cap.stat().st_mode & 0o77 == 0


@pytest.mark.parametrize("profile", PUBLIC)
def test_in_a_public_place_no_litre_leaves_by_any_way(household: Make, profile: Profile) -> None:
    home = household("water", "air", profile=profile)
    assert "volume" not in home.steward.tended[1]._numbers
    home.live(900)
    home.live(100, each=drawing(home))
    home.live(1_700)
    home.stop()

    assert {one["metric"] for one in home.payloads()} == {
        *("air.aqi", "air.caqi", "air.faults", "water.faults")
    }
    litres = re.compile(rb"volume|50000")
    ledger = list((home.folder / "data").glob("ledger*"))
    assert ledger
    assert not any(litres.search(path.read_bytes()) for path in ledger)
    assert not any(litres.search(line.encode()) for line in home.log)
    assert not (home.folder / "data" / NAME).exists()


def test_what_went_by_while_nothing_was_authorised_is_told_to_nobody(household: Make) -> None:
    home = household("water")
    home.live(60)
    home.counts.shut(Reason.NOT_AUTHORISED, home.now[0])
    home.live(120, each=drawing(home))
    home.counts.shut(None, home.now[0])
    home.live(180, each=drawing(home))
    home.live(120)
    home.stop()

    # The meter is read every 10 s: the first reading after it is of a second later.
    assert total_ml(home) == (home.board.values[PULSES] - 61) * LITRE_ML
    assert "not_authorised" in {one["reason"] for one in home.of("water.volume")}


def test_a_pause_stops_what_tells_of_people_and_nothing_else(household: Make) -> None:
    home = household("water", "dispenser")
    home.live(60)
    home.counts.shut(Reason.PAUSED, home.now[0])
    home.live(120)
    home.stop()

    paused = {one["reason"] for one in home.of("dispenser.visits")}
    assert "paused" in paused
    assert "paused" not in {one["reason"] for one in home.of("water.volume")}


def test_a_system_that_was_not_authorised_does_not_run(household: Make) -> None:
    home = household("water")
    path = home.folder / "site.toml"
    with path.open("a", encoding="utf-8") as file:
        file.write('[systems.dispenser]\nport = "/dev/ttyACM0"\n')
    with pytest.raises(ConsentError, match=r"senses by a dispenser, which is not among"):
        home.site  # noqa: B018 -- it is read anew


def test_a_state_that_cannot_be_kept_is_said_and_ends_nobody(
    household: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ConfigError("of 2000000 bytes: expected at most 1048576")

    home = household("water", "fire")
    monkeypatch.setattr(tended, "write_kept", refuse)
    home.live(60)
    home.live(20, each=drawing(home))
    assert any("expected at most" in line for line in home.log)
    home.live(160)
    home.stop()
    assert total_ml(home) == 10 * LITRE_ML
