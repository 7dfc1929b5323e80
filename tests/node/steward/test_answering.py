"""A word of the eye lights a sign for seconds, and everything that dies leaves it dark."""

import os
from collections.abc import Iterator

import pytest

from edgekit.config import System
from edgekit.consent.decided import DECIDING
from edgekit.errors import BridgeError
from edgekit.node.control import close_all
from edgekit.node.steward.answering import ANSWERS, Answering
from edgekit.node.steward.ear import FREE, PRESSED, UNKNOWN, Ear
from edgekit.privacy.systems import about
from edgekit.records import Decided, Health, Kind
from edgekit.systems.drowsiness_state import Settings as DriverSettings
from edgekit.systems.temperature import Settings
from edgekit.wire.channels import ChannelKind
from tests.node.steward.conftest import FakeBoard

ABOUT = about("temperature")
SYSTEM = System(
    name="temperature", port="/dev/ttyACM0", per_pulse=1.0, settings=Settings(sign_ms=10_000)
)


class Sign:
    """A sign on a board, whose time moves when it is told to."""

    def __init__(self, board: FakeBoard | None = None) -> None:
        self.log: list[str] = []
        self.board = board or FakeBoard()
        self.answering = Answering(SYSTEM, say=lambda _, text: self.log.append(text))
        self.now_ms = 0

    def turn(self, *words: Decided, after_ms: int = 100) -> list[tuple[int, Kind, int]]:
        self.now_ms += after_ms
        return list(
            self.answering.turn(
                self.board,  # type: ignore[arg-type] -- it is asked the same
                words,
                answers=self.board.plugged,
                steady_ms=self.now_ms,
            )
        )

    @property
    def lit(self) -> bool:
        return bool(self.board.driven) and self.board.driven[-1].level > 0


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    close_all(ends)


def test_words_come_over_the_pipe_in_order_beside_what_is_said_of_a_crowd(
    pipe: tuple[int, int],
) -> None:
    ear = Ear(pipe[0])
    assert ear.decided() == ()
    os.write(pipe[1], bytes([Decided.WARM, 0, 255, *PRESSED, Decided.NOT_WARM]))
    assert ear.pressed
    assert ear.decided() == (Decided.WARM, Decided.NOT_WARM)
    assert ear.decided() == ()


def test_of_too_many_words_the_last_are_heard(pipe: tuple[int, int]) -> None:
    ear = Ear(pipe[0])
    os.write(pipe[1], bytes([Decided.WARM] * 200 + [Decided.NOT_WARM]))
    assert ear.pressed is None
    os.write(pipe[1], bytes([Decided.WARM, Decided.CROWD]))
    assert ear.decided()[-3:] == (Decided.NOT_WARM, Decided.WARM, Decided.CROWD)


def test_no_decision_is_a_word_about_a_crowd() -> None:
    assert not set(Decided) & {*PRESSED, *FREE, *UNKNOWN}


def test_a_warm_one_lights_the_sign_and_it_goes_dark_by_itself() -> None:
    sign = Sign()
    sign.turn()
    assert not sign.board.driven
    sign.turn(Decided.WARM)
    assert sign.lit
    assert sign.board.driven[-1].expires_ms == 3_000
    for _ in range(98):
        sign.turn()
    assert sign.lit
    sign.turn(after_ms=500)
    assert not sign.lit


def test_whoever_is_not_warm_lights_nothing() -> None:
    sign = Sign()
    for word in Decided:
        if word is not Decided.WARM:
            sign.turn(word)
    assert not sign.lit


def test_the_next_one_is_not_asked_by_the_sign_of_who_was_there_before() -> None:
    sign = Sign()
    sign.turn()
    sign.turn(Decided.WARM)
    assert sign.lit
    sign.turn(Decided.NOT_WARM)
    assert not sign.lit


def test_it_says_how_its_board_is_once_a_second_and_never_what_was_decided() -> None:
    sign = Sign()
    assert sign.turn(Decided.WARM) == [(ABOUT, Kind.HEALTH, Health.GOOD)]
    assert sign.turn(Decided.WARM) == []
    sign.board.plugged = False
    assert sign.turn(after_ms=1_000) == [(ABOUT, Kind.HEALTH, Health.LOST)]
    assert sign.log == []


def test_a_board_without_a_relay_is_said_and_drives_nothing() -> None:
    sign = Sign(FakeBoard(values={ChannelKind.BUTTON: (0, 0)}))
    assert sign.turn(Decided.WARM) == [(ABOUT, Kind.HEALTH, Health.LOST)]
    assert len(sign.log) == 1
    assert not sign.board.driven


def test_a_command_that_does_not_arrive_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sign = Sign()
    sign.turn()

    def lost(*_: object, **__: object) -> None:
        raise BridgeError("the cable is out")

    monkeypatch.setattr(sign.board, "command", lost)
    for _ in range(5):
        sign.turn(Decided.WARM)
    assert sign.log == ["temperature: the cable is out"]


def test_the_end_leaves_it_dark() -> None:
    sign = Sign()
    sign.turn(Decided.WARM)
    sign.answering.close()
    assert not sign.lit


def test_every_system_that_decides_has_an_output() -> None:
    assert set(ANSWERS) == set(DECIDING)


def test_a_drivers_buzzer_sounds_for_three_seconds_and_chirps_for_a_fifth() -> None:
    sign = Sign()
    cab = System(name="drowsiness", port="/dev/ttyACM0", per_pulse=1.0, settings=DriverSettings())
    sign.answering = Answering(cab, say=lambda _, text: sign.log.append(text))

    sign.turn(Decided.DROWSY)
    assert sign.lit
    sign.turn(after_ms=2800)
    assert sign.lit
    sign.turn(after_ms=300)
    assert not sign.lit
    sign.turn(Decided.NOT_WATCHING)
    assert sign.lit
    sign.turn(after_ms=250)
    assert not sign.lit
