"""From a face before a black body to a count and a lamp: one word a passage, and never a number."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from edgekit.errors import ConfigError, ConsentError
from edgekit.node.clerking.decisions import Decisions
from edgekit.node.site import load_site
from edgekit.privacy import window
from edgekit.privacy.gate import Gate
from edgekit.privacy.systems import about
from edgekit.privacy.tally import WindowTally, channel_table
from edgekit.records import Decided, Health, Kind, Observation, Profile, Status
from edgekit.testing.warm_face import Faults, FeverDoor, Visitor
from tests.consent.deciding import door
from tests.node.ward import BEGUN_S, Ward, write_ward

ABOUT = about("temperature")


def visitors(*mouths_c: float, two: Sequence[int] = ()) -> tuple[Visitor, ...]:
    return tuple(
        Visitor(start_s=1.0 + 5.0 * n, stays_s=3.0, mouth_c=mouth_c, with_other=n in two)
        for n, mouth_c in enumerate(mouths_c)
    )


def film(*mouths_c: float, two: Sequence[int] = (), faults: Faults | None = None) -> FeverDoor:
    seconds = 5.0 * len(mouths_c) + 1.5
    return FeverDoor(seconds=seconds, visitors=visitors(*mouths_c, two=two), faults=faults)


def said(folder: Path, seen: FeverDoor, **how: object) -> list[Observation]:
    return [Observation.from_bytes(one) for one in Ward(folder, seen, **how).says()]


def words(heard: Sequence[Observation]) -> list[Decided]:
    return [Decided(one.value) for one in heard if one.kind is Kind.DECISION]


def test_each_passage_is_one_word(tmp_path: Path) -> None:
    heard = said(tmp_path / "ward", film(36.6, 38.4, 36.9, 38.9, two=[2]))

    assert words(heard) == [
        *(Decided.READY, Decided.NOT_WARM, Decided.WARM, Decided.CROWD, Decided.WARM)
    ]
    assert {one.channel for one in heard if one.kind is Kind.DECISION} == {ABOUT}
    assert {one.kind for one in heard} == {*(Kind.HELLO, Kind.DECISION, Kind.HEARTBEAT)}


def test_it_is_decided_while_they_stand_there(tmp_path: Path) -> None:
    heard = said(tmp_path / "ward", film(38.4))

    (warm,) = (one for one in heard if one.kind is Kind.DECISION and one.value == Decided.WARM)
    assert 2_500 <= warm.t_ms - BEGUN_S * 1000 < 4_000


def test_no_temperature_is_in_any_byte_that_leaves(tmp_path: Path) -> None:
    """However warm somebody is, beyond warm or not, every byte is the same."""
    streams = {
        name: list(Ward(tmp_path / name, film(*mouths_c)).says())
        for name, mouths_c in {
            "cool": (36.9,),
            "cooler": (35.9,),
            "warm": (38.1,),
            "warmer": (39.4,),
        }.items()
    }

    assert streams["cool"] == streams["cooler"]
    assert streams["warm"] == streams["warmer"]
    apart = [
        (Observation.from_bytes(one), Observation.from_bytes(other))
        for one, other in zip(streams["cool"], streams["warm"], strict=True)
        if one != other
    ]
    assert [(one.value, other.value) for one, other in apart] == [(Decided.NOT_WARM, Decided.WARM)]


@pytest.mark.parametrize(
    ("faults", "settings", "why"),
    [
        (Faults(body_c=None), {}, Decided.NO_REFERENCE),
        (Faults(off_k=0.25), {}, Decided.REFERENCE_OFF),
        (Faults(off_k=-0.25), {}, Decided.REFERENCE_OFF),
        (Faults(wall_c=27.5), {}, Decided.ROOM),
        (Faults(wall_c=16.0), {}, Decided.ROOM),
        (Faults(noise_k=0.8), {}, Decided.POOR_ARRAY),
        (Faults(), {"uneven_k": 0.74}, Decided.POOR_ARRAY),
        (Faults(), {"warm_up_ms": 900_000}, Decided.WARMING_UP),
    ],
    ids=str,
)
def test_nobody_is_screened_and_it_is_said_why(
    tmp_path: Path, faults: Faults, settings: dict[str, object], why: Decided
) -> None:
    heard = said(tmp_path / "ward", film(38.9, 36.5, faults=faults), **settings)

    assert words(heard)[-1] is why
    # Before its noise is known, an array may also seem off.
    assert set(words(heard)[1:]) == {why} or words(heard) == [why]
    assert [one.value for one in heard if one.kind is Kind.HEALTH][-1:] == [Health.BLIND]


def test_an_array_that_stands_is_refused(tmp_path: Path) -> None:
    stands = FeverDoor(seconds=20, visitors=(), faults=Faults(stands=True))
    assert words(said(tmp_path / "ward", stands))[:2] == [Decided.READY, Decided.STANDS]


def test_too_short_a_look_by_a_noisy_array_is_no_verdict(tmp_path: Path) -> None:
    noisy = Faults(noise_k=0.45)
    short = (Visitor(start_s=3.0, stays_s=0.8, mouth_c=39.0),)
    heard = said(tmp_path / "ward", FeverDoor(seconds=7, visitors=short, faults=noisy))

    assert words(heard) == [Decided.READY, Decided.UNSURE]


def test_a_hand_before_the_black_body_is_told_once_and_ends_after_a_while(tmp_path: Path) -> None:
    seen = FeverDoor(seconds=12, visitors=())
    for at in range(16, 40, 4):
        seen.celsius[at : at + 2, 3:9, 25:28] = 31.0
    assert words(said(tmp_path / "ward", seen)) == [
        *(Decided.READY, Decided.NO_REFERENCE, Decided.READY)
    ]


def test_a_black_body_of_too_few_points_is_refused_before_anything_is_seen(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="fills too few of 32x24 points"):
        Ward(tmp_path / "ward", film(36.6), body="[[500, 60], [530, 90]]")


def test_settings_and_authorisation_agree_or_nothing_runs(tmp_path: Path) -> None:
    toml = write_ward(tmp_path / "ward", film(36.6))
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text[: text.index("[systems")], encoding="utf-8")
    with pytest.raises(ConsentError, match="do not agree"):
        load_site(toml, now_s=BEGUN_S)


def counted(heard: Sequence[Observation], profile: Profile = Profile.LOCAL) -> WindowTally:
    """Return the day that a clerk makes of it."""
    site, day_ms = door(profile), BEGUN_S * 1000
    state = window.begin(channel_table(site), window_s=86_400, now_ms=day_ms)
    decisions = Decisions(site, lambda _: None)
    for seen in heard:
        for told in decisions.hear(seen):
            state, _ = window.step(state, told)
    _, (tally,) = window.step(state, window.Tick(now_ms=day_ms + 86_404_000))
    return tally


def test_a_day_is_two_counts(tmp_path: Path) -> None:
    heard = said(tmp_path / "ward", film(36.6, 38.4, 36.9, 38.9, two=[2]))
    assert counted(heard).values == {"temperature.screened": 3, "temperature.warm": 2}


def test_a_day_on_which_nobody_could_be_screened_is_not_a_day_without_anybody(
    tmp_path: Path,
) -> None:
    heard = said(tmp_path / "ward", film(38.9, faults=Faults(body_c=None)))
    tally = counted(heard)

    assert tally.values == {"temperature.screened": None, "temperature.warm": None}
    assert tally.uptime_ms < 4_000


def released(screened: int, warm: int) -> list[tuple[str, Status, int | None]]:
    tally = WindowTally(
        start_s=BEGUN_S,
        window_s=86_400,
        values={"temperature.screened": screened, "temperature.warm": warm},
        uptime_ms=86_400_000,
        reason=None,
    )
    return [
        (one.metric, one.status, one.value) for one in Gate(door(Profile.SDC_10_5)).release(tally)
    ]


def test_a_warm_one_does_not_change_what_a_suppressed_window_publishes() -> None:
    few = {tuple(released(n, warm)) for n in range(10) for warm in range(n + 1)}
    many = {tuple(released(60, warm)) for warm in range(10)}

    assert len(few) == len(many) == 1
    assert {status for _, status, _ in next(iter(few))} == {Status.SUPPRESSED}
    assert released(60, 12) == [
        ("temperature.screened", Status.RELEASED, 60),
        ("temperature.warm", Status.RELEASED, 10),
    ]
