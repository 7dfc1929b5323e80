"""A crowd by two numbers, and the sign before it: dense and ever slower warns, nothing else."""

import xml.etree.ElementTree as ET

import pytest

from edgekit.errors import ConfigError
from edgekit.systems import crowd, crowd_watch
from edgekit.systems.crowd_sign import SHOWN_MS, SIGN, STANDS_MS, Said, Shown, Warned, Watch, show
from edgekit.systems.crowd_state import Settings
from edgekit.systems.crowd_watch import Counted, look
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.persistence import to_json

AREA_M2 = 20.0
RULES = Settings(width_m=2.0, window_ms=10_000)
START = 1_900_000_000_000


def watched(*windows: tuple[int, int], pause_s: int = 0) -> list[bool | None]:
    """Count so many people and so many passages a window; return what is known after each."""
    state, said, t_ms = crowd_watch.begin(), list[bool | None](), START
    state, _ = look(RULES, state, Counted(t_ms=t_ms, people=0, passed=0), area_m2=AREA_M2)
    for people, passed in windows:
        pressed: bool | None = None
        for second in range(10):
            t_ms += 1_000
            some = passed if second == 5 else 0
            seen = Counted(t_ms=t_ms, people=people, passed=some)
            state, pressed = look(RULES, state, seen, area_m2=AREA_M2)
        said.append(pressed)
        t_ms += 1_000 * pause_s
    return said


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        ([(10, 10), (12, 10), (14, 10)], [None, False, False]),  # free
        ([(50, 24), (50, 24), (50, 24)], [None, False, False]),  # dense, and it flows
        ([(50, 24), (60, 20), (80, 12)], [None, True, True]),  # dense, and ever slower
        ([(10, 20), (10, 10), (10, 0)], [None, False, False]),  # slower, since few are there
        ([(50, 24), (60, 12), (60, 12), (20, 12)], [None, True, True, False]),  # until it is free
        ([(50, 24)], [None]),  # nobody knows yet whether it falls
    ],
)
def test_only_dense_and_ever_slower_is_pressed(
    windows: list[tuple[int, int]], said: list[bool | None]
) -> None:
    assert watched(*windows) == said


def test_after_a_silence_it_is_not_known() -> None:
    assert watched((50, 24), (60, 12), (60, 12), pause_s=9) == [None, None, None]


@pytest.mark.parametrize("jump_ms", [-60_000, 60_000])
def test_a_clock_that_was_set_begins_it_anew(jump_ms: int) -> None:
    state = crowd_watch.begin()
    for t_ms in range(START, START + 25_000, 1_000):
        state, _ = look(RULES, state, Counted(t_ms=t_ms, people=9, passed=1), area_m2=AREA_M2)
    assert state.known
    seen = Counted(t_ms=START + 24_000 + jump_ms, people=9, passed=1)
    state, pressed = look(RULES, state, seen, area_m2=AREA_M2)
    assert (pressed, state.known, state.flow_before) == (None, False, None)


def shown(*said: tuple[int, bool | None]) -> list[Decision]:
    state, found = Shown(), list[Decision]()
    for second, pressed in said:
        state, more = show(
            Watch(place="the square"), state, Said(t_ms=START + 1000 * second, pressed=pressed)
        )
        found += more
    return found


def test_it_warns_once_holds_the_sign_and_takes_the_message_back() -> None:
    first, stays, over = shown((0, False), (2, True), (4, True), (6, False), (8, False))
    assert (first.what, stays.what, over.what) == ("crowded", "sign", "crowded.over")
    assert first.severity is Severity.ALARM
    assert "let no more in" in first.reason
    assert [one.command and one.command.value for one in (first, stays, over)] == [1, 1, 0]
    assert all(one.command and one.command.expires_ms == SHOWN_MS for one in (first, stays))
    assert {one.command and one.command.safe for one in (first, stays, over)} == {SIGN.safe}

    messages = [one.cap for one in (first, stays, over) if isinstance(one, Warned)]
    alert, cancel = map(ET.fromstring, messages)
    name = "{urn:oasis:names:tc:emergency:cap:1.2}"
    assert alert.findtext(f"{name}msgType") == "Alert"
    assert cancel.findtext(f"{name}msgType") == "Cancel"
    assert (alert.findtext(f"{name}identifier") or "?") in (
        cancel.findtext(f"{name}references") or ""
    )
    assert alert.findtext(f"{name}info/{name}category") == "Safety"


def test_while_nothing_is_known_a_warning_stands_and_then_ends() -> None:
    seconds = range(2, STANDS_MS // 1000 + 8, 2)
    found = shown((0, True), *((second, None) for second in seconds))
    assert found[-1].what == "crowded.over"
    assert "nothing is known" in found[-1].reason
    assert {one.what for one in found[1:-1]} == {"sign"}
    assert len(found) == 1 + STANDS_MS // 2000
    assert not shown((0, None), (2, None))


def test_a_clock_that_went_back_does_not_hold_a_warning_for_ever() -> None:
    assert [one.what for one in shown((0, True), (-900, None))] == ["crowded", "crowded.over"]


def test_the_system_takes_what_is_said_and_is_kept_on_no_disk() -> None:
    state = crowd.begin(Settings())
    state, (warned,) = crowd.step(state, Said(t_ms=START, pressed=True))
    assert warned.what == "crowded"
    assert state.sign.since_ms == START
    assert crowd.CARD.fleeting
    assert crowd.CARD.channels == (SIGN,)
    assert to_json(state)


def test_a_place_without_words_is_refused() -> None:
    with pytest.raises(ConfigError, match="a place in words"):
        Watch(place=" ")
