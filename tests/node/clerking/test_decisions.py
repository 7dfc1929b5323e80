"""What the clerk makes of a word of the eye: a count, a word to the board, how it is; no list."""

from dataclasses import replace
from itertools import pairwise

import pytest

from edgekit.consent.authorisation import draft
from edgekit.consent.decided import DECIDING
from edgekit.errors import PipeError
from edgekit.node import pipe
from edgekit.node.clerking.decisions import Decisions
from edgekit.node.clerking.eyeline import EYES_READINGS
from edgekit.privacy.systems import about, eyes_kinds, kinds_of, system_channels
from edgekit.privacy.tally import channel_table
from edgekit.records import Decided, Kind, Observation, Profile
from tests.consent.deciding import cab, door

NOW = 1_800_000_000_000
SITE = door(Profile.LOCAL)
ABOUT = about("temperature")


class Heard:
    """A clerk's decisions, what they counted, and what the steward was asked."""

    def __init__(self) -> None:
        self.asked: list[Decided] = []
        self.decisions = Decisions(SITE, self.asked.append)

    def say(self, kind: Kind, value: int, *, channel: int = 0) -> dict[str, int]:
        seen = Observation(seq=0, t_ms=NOW, channel=channel, kind=kind, value=value)
        table, counted = channel_table(SITE), dict[str, int]()
        for told in self.decisions.hear(seen):
            if told.kind is Kind.READING:
                counted[table[told.channel].metric] = told.value
            else:
                assert told is seen
        return counted

    def decide(self, word: Decided) -> dict[str, int]:
        return self.say(Kind.DECISION, word, channel=ABOUT)


def test_a_passage_is_counted_and_handed_on_to_the_sign() -> None:
    heard = Heard()

    assert heard.decide(Decided.READY) == {}
    assert heard.decide(Decided.NOT_WARM) == {"temperature.screened": 1}
    assert heard.decide(Decided.WARM) == {"temperature.screened": 1, "temperature.warm": 1}
    assert heard.decide(Decided.CROWD) == heard.decide(Decided.UNSURE) == {}
    heard.decide(Decided.ROOM)
    assert heard.asked == [Decided.WARM, Decided.NOT_WARM]


def test_the_steward_hears_of_nobody_but_whom_the_sign_asks_and_that_the_next_one_came() -> None:
    heard = Heard()
    dark = (Decided.NOT_WARM, Decided.CROWD, Decided.UNSURE)
    for word in dark:
        heard.decide(word)
    assert heard.asked == []
    for word in dark:  # which of them it was is nobody's business either
        heard.asked.clear()
        heard.decide(Decided.WARM)
        heard.decide(Decided.READY)
        heard.decide(word)
        heard.decide(word)
        assert heard.asked == [Decided.WARM, Decided.NOT_WARM]


def test_the_status_says_how_it_is_and_nothing_of_anybody() -> None:
    heard = Heard()
    assert heard.decisions.state == {}
    for word in DECIDING["temperature"].words:
        before = heard.decisions.state
        heard.decide(word)
        about_somebody = word in (Decided.WARM, Decided.NOT_WARM, Decided.CROWD, Decided.UNSURE)
        assert (heard.decisions.state == before) is about_somebody, word
    heard.decide(Decided.REFERENCE_OFF)
    assert heard.decisions.state == {"temperature": "refused: the black body is off"}


def hours_of(profile: Profile) -> list[dict[str, str]]:
    """Return the status after an hour with two at once, an hour later, and much later."""
    decisions, shown = Decisions(door(profile), lambda _: None), []
    for minutes, kind, value in (
        (0, Kind.DECISION, Decided.CROWD),
        (59, Kind.HEARTBEAT, 8),
        (60, Kind.HEARTBEAT, 8),
        (120, Kind.HEARTBEAT, 8),
        (121, Kind.DECISION, Decided.UNSURE),
        (900, Kind.HEARTBEAT, 8),
    ):
        channel = ABOUT if kind is Kind.DECISION else 0
        t_ms = NOW // 3_600_000 * 3_600_000 + 60_000 * minutes
        seen = Observation(seq=0, t_ms=t_ms, channel=channel, kind=kind, value=value)
        assert list(decisions.hear(seen)) == ([] if channel else [seen])
        shown.append(decisions.state)
    return shown


def test_why_somebody_could_not_be_judged_is_said_of_a_whole_hour_and_at_home_alone() -> None:
    lately = {"last whole hour": "two at once"}
    assert hours_of(Profile.LOCAL) == [{}, {}, lately, {}, {}, {}]
    assert hours_of(Profile.SDC_10_5) == [{}] * 6


def test_while_nobody_can_be_screened_it_is_not_known_how_many_there_were() -> None:
    heard = Heard()
    nobody = {"temperature.screened": 0, "temperature.warm": 0}

    assert heard.say(Kind.HEARTBEAT, 8) == {}
    heard.decide(Decided.READY)
    assert heard.say(Kind.HEARTBEAT, 8) == nobody
    heard.decide(Decided.NO_REFERENCE)
    assert heard.say(Kind.HEARTBEAT, 8) == {}
    heard.decide(Decided.READY)
    heard.say(Kind.HELLO, 1)
    assert heard.say(Kind.HEARTBEAT, 8) == {}


def test_what_is_not_authorised_is_counted_nowhere() -> None:
    few = replace(SITE, outputs=SITE.outputs[:1], notice_digest="")
    decisions = Decisions(few, lambda _: None)
    seen = Observation(seq=0, t_ms=NOW, channel=ABOUT, kind=Kind.DECISION, value=Decided.WARM)

    assert [told.channel for told in decisions.hear(seen)] == list(channel_table(few))


def test_a_word_of_another_system_ends_the_eye(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()
    words = {Decided.READY: heard.decisions}
    monkeypatch.setattr(
        "edgekit.node.clerking.decisions.DECIDING", {"temperature": type("X", (), {"words": words})}
    )
    with pytest.raises(PipeError, match="no such word"):
        heard.decide(Decided.WARM)


def piped() -> pipe.PipeState:
    kinds = eyes_kinds(SITE, channel_table(SITE))
    state = pipe.PipeState(generation=7, kinds=kinds, readings=EYES_READINGS)
    return pipe.step(state, word(0, Kind.HELLO, 7), NOW)[0]


def word(seq: int, kind: Kind, value: int, *, channel: int = 0, t_ms: int = NOW) -> bytes:
    return Observation(seq=seq, t_ms=t_ms, channel=channel, kind=kind, value=value).to_bytes()


def test_an_eye_says_words_and_never_a_number_of_its_own() -> None:
    state = piped()
    pipe.step(state, word(1, Kind.DECISION, Decided.WARM, channel=ABOUT), NOW)
    for channel in channel_table(SITE):
        with pytest.raises(PipeError, match="does not carry"):
            pipe.step(state, word(1, Kind.READING, 1, channel=channel), NOW)
    for value in (0, max(Decided) + 1, 375):
        with pytest.raises(PipeError, match="out of range"):
            pipe.step(state, word(1, Kind.DECISION, value, channel=ABOUT), NOW)


def test_words_come_twice_a_second_at_most() -> None:
    state = piped()
    for seq, at_ms in enumerate((0, 400, 800), 1):
        said = word(seq, Kind.DECISION, Decided.NOT_WARM, channel=ABOUT, t_ms=NOW + at_ms)
        state, _ = pipe.step(state, said, NOW + at_ms)
    with pytest.raises(PipeError, match="more often than every 400 ms"):
        pipe.step(
            state,
            word(4, Kind.DECISION, Decided.WARM, channel=ABOUT, t_ms=NOW + 1_199),
            NOW + 1_199,
        )


def test_without_a_name_in_the_authorisation_there_is_no_channel() -> None:
    plain = draft(
        "yard", profile=Profile.LOCAL, view=SITE.view, window_s=60, valid_from_s=NOW // 1000
    )
    assert ABOUT not in eyes_kinds(plain, channel_table(plain))
    assert ABOUT not in kinds_of(plain)
    assert kinds_of(SITE) == {ABOUT: frozenset({Kind.HEALTH})}
    assert system_channels(SITE) == {}
    assert [one.metric for one in channel_table(SITE).values()] == [
        *("temperature.screened", "temperature.warm")
    ]


def test_channels_of_all_before_stay_what_they_were() -> None:
    numbers = [about(name) for name in ("air", "temperature", "water_quality")]
    assert all(one < other for one, other in pairwise(numbers))


def test_of_a_driver_nothing_is_counted_and_only_the_board_learns_of_an_alarm() -> None:
    asked: list[Decided] = []
    decisions = Decisions(cab(), asked.append)

    def say(word: Decided) -> list[Observation]:
        seen = Observation(
            seq=0, t_ms=NOW, channel=about("drowsiness"), kind=Kind.DECISION, value=word
        )
        return list(decisions.hear(seen))

    told: dict[Decided, dict[str, str]] = {}
    for word in DECIDING["drowsiness"].words:
        assert say(word) == []
        told[word] = decisions.state
    assert asked == [Decided.NOT_WATCHING, Decided.DROWSY]
    assert told[Decided.WATCHING] == {"drowsiness": "watching"}
    assert told[Decided.DROWSY] == told[Decided.NOT_WATCHING] == {"drowsiness": "not watching"}
    heartbeat = Observation(seq=1, t_ms=NOW, channel=0, kind=Kind.HEARTBEAT, value=8)
    assert list(decisions.hear(heartbeat)) == [heartbeat]
