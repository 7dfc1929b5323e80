"""No path of any length yields a frame without authority."""

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from authority.world import World
from edgekit.consent.authorisation import draft
from edgekit.consent.objection import Word
from edgekit.consent.terms import Schedule
from edgekit.consent.view import View
from edgekit.geometry import Line
from edgekit.records import Profile

DAY_S = 86_400
TEN_YEARS_S = 3653 * DAY_S
BASE = draft(
    "home",
    profile=Profile.LOCAL,
    view=View(width=640, height=480, lines=(Line("middle", (320, 460), (320, 100)),)),
    window_s=60,
    valid_from_s=0,
)


class Attacked(RuleBasedStateMachine):
    """Whatever order things happen in, each frame is checked where it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self.world = begun()

    @rule(
        version=st.integers(1, 4),
        from_s=st.integers(-DAY_S, DAY_S),
        valid_s=st.integers(1, 3 * DAY_S),
        forged=st.booleans(),
        redrawn=st.booleans(),
    )
    def sign(self, version: int, from_s: int, valid_s: int, *, forged: bool, redrawn: bool) -> None:
        self.world.sign(version, from_s, valid_s, forged=forged, redrawn=redrawn)

    @rule(index=st.integers(0, 20))
    def install(self, index: int) -> None:
        self.world.install(index)

    @rule(ms=st.integers(0, 40_000) | st.integers(0, 5 * 3_600_000))
    def pass_by(self, ms: int) -> None:
        self.world.pass_by(ms)

    @rule(seconds=st.integers(-40, 40) | st.integers(-TEN_YEARS_S, TEN_YEARS_S))
    def leap(self, seconds: int) -> None:
        self.world.leap(seconds)

    @rule()
    def boot(self) -> None:
        self.world.boot()

    @rule()
    def crash(self) -> None:
        self.world.crash()

    @rule()
    def press(self) -> None:
        self.world.press()

    @rule()
    def turn_camera(self) -> None:
        self.world.turn_camera()

    @rule(forge=st.booleans())
    def lose_memory(self, *, forge: bool) -> None:
        self.world.lose_memory(forge=forge)

    @rule(
        word=st.sampled_from(Word),
        t_s=st.integers(1, 9),
        minutes=st.none() | st.integers(1, 90),
        forged=st.booleans(),
    )
    def say(self, word: Word, t_s: int, minutes: int | None, *, forged: bool) -> None:
        self.world.say(word, t_s, minutes, forged=forged)

    @rule()
    def stall(self) -> None:
        self.world.frame()

    @rule(frames=st.integers(1, 6))
    def run(self, frames: int) -> None:
        seen(self.world, frames)


def begun(hours: Schedule | None = None) -> World:
    world = World(replace(BASE, schedule=hours, notice_digest=""))
    world.sign(1, -DAY_S, 2 * DAY_S)
    world.install(0)
    world.boot()
    return world


def seen(world: World, frames: int) -> None:
    """Let the node run: the eye may take so many frames, a fifth of a second between them."""
    for _ in range(frames):
        world.turn()
        world.frame()
        world.pass_by(200)


TestAttacked = Attacked.TestCase
TestAttacked.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)


def test_an_undisturbed_node_sees_and_each_end_of_authority_ends_it() -> None:
    for end in (
        World.press,
        World.turn_camera,
        lambda world: world.say(Word.PAUSE, 1, None),
        lambda world: world.say(Word.WITHDRAW, 1, None),
        lambda world: world.leap(-DAY_S),
        lambda world: world.pass_by(2 * DAY_S * 1000),
        World.crash,
    ):
        world = begun()
        seen(world, 10)
        assert world.frames > 5
        before = world.frames
        end(world)
        before = world.frames if end is World.turn_camera else before
        seen(world, 10)
        assert world.frames == before


def test_a_turned_camera_stays_shut_until_it_is_confirmed_or_signed_anew() -> None:
    for memory in (True, False):
        world = begun()
        seen(world, 10)
        world.turn_camera()
        before = world.frames
        world.sign(2, -DAY_S, 2 * DAY_S)
        world.sign(3, -DAY_S, 2 * DAY_S, redrawn=True)
        for index in (0, 1):
            world.install(index)
            world.crash()
            if not memory:
                world.lose_memory()
            world.boot()
            seen(world, 10)
            assert world.frames == before
        confirmed, redrawn = deepcopy(world), world
        confirmed.say(Word.CONFIRM, 5, None)
        redrawn.crash()
        redrawn.install(2)
        redrawn.boot()
        for one in (confirmed, redrawn):
            seen(one, 10)
            assert one.frames > before + 5


def test_what_was_withdrawn_never_comes_back_and_a_new_version_does() -> None:
    world = begun()
    world.say(Word.WITHDRAW, 1, None)
    for memory in (world.kept, None):
        world.crash()
        world.kept = memory
        world.boot()
        assert world.clerk is None
    world.sign(2, -DAY_S, 2 * DAY_S)
    world.install(1)
    world.boot()
    seen(world, 10)
    assert world.frames > 5
    world.crash()
    world.install(0)
    world.boot()
    assert world.clerk is None


def test_a_pause_outlasts_a_crash() -> None:
    world = begun()
    seen(world, 5)
    world.press()
    before = world.frames
    world.crash()
    world.boot()
    seen(world, 10)
    assert world.frames == before
    world.pass_by(900_000)
    seen(world, 10)
    assert world.frames > before


@pytest.mark.parametrize(
    "operations", [2_000, pytest.param(1_000_000, marks=pytest.mark.long)], ids=str
)
def test_random_operations_yield_no_frame_without_authority(operations: int) -> None:
    chance = random.Random(operations)
    frames = done = 0
    while done < operations:
        world = begun(chance.choice(HOURS))
        for _ in range(OF_A_WORLD):
            attack(world, chance)
            seen(world, 1)
        done, frames = done + OF_A_WORLD, frames + world.frames
    assert frames > operations // 10
    print(f"{done} random operations, {frames} frames, each with authority")


OF_A_WORLD = 50
HOURS = (None, None, Schedule(from_utc_minute=10, to_utc_minute=30))


def attack(world: World, chance: random.Random) -> None:
    """Do one thing, mostly small ones, so that the node comes to see in between."""
    (deed,) = chance.choices(list(DEEDS), list(DEEDS.values()))
    deed(world, chance)


def wait(world: World, chance: random.Random) -> None:
    world.pass_by(chance.choice((0, 200, 200, 5_000, 29_999, 31_000, 850_000, 900_000)))
    stall(world, chance)


def leap(world: World, chance: random.Random) -> None:
    world.leap(chance.choice((-7, -1, 1, 7, 60, 3600, -TEN_YEARS_S, TEN_YEARS_S)))
    stall(world, chance)


def say(world: World, chance: random.Random) -> None:
    word = chance.choice((*Word, Word.RESUME))
    minutes = chance.choice((None, 1, 30))
    world.say(word, chance.randint(1, 40), minutes, forged=chance.random() < 0.3)


def crash(world: World, chance: random.Random) -> None:
    world.crash()
    if chance.random() < 0.1:
        world.lose_memory(forge=chance.random() < 0.5)


def sign(world: World, chance: random.Random) -> None:
    forged, redrawn = chance.random() < 0.2, chance.random() < 0.2
    world.sign(chance.randint(1, 12), -DAY_S, 2 * DAY_S, forged=forged, redrawn=redrawn)


DEEDS: dict[Callable[[World, random.Random], object], int] = {
    wait: 50,
    leap: 5,
    lambda world, _: world.press(): 5,
    lambda world, _: world.turn_camera(): 2,
    say: 7,
    crash: 7,
    sign: 5,
    lambda world, chance: world.install(chance.randrange(20)): 8,
    lambda world, _: world.boot(): 13,
}


def stall(world: World, chance: random.Random) -> None:
    """The clerk hangs for a moment: the eye has nothing but its lease and its own reading."""
    if chance.random() < 0.5:
        world.frame()
