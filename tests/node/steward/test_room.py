"""A room on a board: its fan and lamps by who is there, its door by who comes from where."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edgekit.node.steward.wired import Beside
from edgekit.systems.building import Settings as Room
from edgekit.wire.messages import FULL
from tests.node.steward.bench import (
    BEGUN_MS,
    BUTTON,
    DIMMER,
    LOOP,
    MOTION,
    PULSES,
    RELAY,
    Rig,
)

DOOR = Room(door=True)


@dataclass
class Consented:
    """Consents that a test gives and takes."""

    tokens: Mapping[str, int]

    def look(self, t_ms: int) -> Mapping[str, int]:
        del t_ms
        return self.tokens


@dataclass
class Tokens:
    """A reader to which a test holds something."""

    held: list[str] = field(default_factory=list)

    def read(self) -> tuple[str, ...]:
        found, self.held = tuple(self.held), []
        return found


def test_a_room_gets_air_and_light_as_for_all_seats_until_it_is_known_who_is_there() -> None:
    room = Rig("building", settings=Room(fan_l_s=100))
    room.live(60, step_s=60)
    level = round(18 / 100 * FULL)  # 4 seats x 2.5 l/s + 25 m² x 0.3 l/s/m²: 17.5 l/s
    assert room.bytes_to(DIMMER) == [f"08{level.to_bytes(2, 'little').hex()}b80b"]
    assert room.bytes_to(RELAY) == ["0900000000"]  # lamps are on: their contact closed by itself

    index = room.bench.find(LOOP).index
    trembling = [
        lambda by=n % 2: room.bench.readings.__setitem__(index, 242 + by) for n in range(90)
    ]
    room.live(90 * 60, step_s=60, each=trembling)
    assert "empty" in room.whats
    assert room.bytes_to(DIMMER)[-1] == "080000b80b"  # an office may be still while it is empty
    assert room.bytes_to(RELAY)[-1] == "09ffffb80b"  # held open: dark


def test_a_door_frees_everybody_and_opens_to_a_token_whose_holder_consented() -> None:
    consented, reader = Consented({"a" * 64: BEGUN_MS + 10**9}), Tokens()
    room = Rig(
        "building",
        settings=DOOR,
        beside=Beside(consented=consented, reader=reader),
    )
    held, free = "09ffffb80b", "0900000000"
    room.live(3)
    assert room.whats.count("door.alarm") >= 1  # the fire alarm's contact is open
    assert held not in room.bytes_to(RELAY)
    room.bench.put(BUTTON, (1, 0))
    room.bench.put((PULSES, 1), 1)  # a person resets
    room.live(3)
    assert room.bytes_to(RELAY)[-1] == held

    room.bench.put(MOTION, (0, 1))  # somebody came to it, between two looks
    room.live(1)
    assert room.bytes_to(RELAY)[-1] == free
    room.live(31)
    assert room.bytes_to(RELAY)[-1] == held

    reader.held = ["b" * 64]
    room.live(1)
    assert room.bytes_to(RELAY)[-1] == held
    reader.held = ["a" * 64]
    room.live(1)
    assert room.bytes_to(RELAY)[-1] == free
    assert room.added("came") == 1

    room.live(10)
    consented.tokens = {}
    reader.held = ["a" * 64]
    room.live(2)
    assert "refused" in room.whats
    room.bench.silent = True
    room.live(1)
    assert room.bytes_to(RELAY)[-1] == free
