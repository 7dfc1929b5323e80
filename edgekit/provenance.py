"""How a record came about: behind which walls, by which users, from what kind of source.

Integers, strings and enums only; standard library only.
"""

from dataclasses import dataclass
from enum import StrEnum


class Seal(StrEnum):
    """How far a process was confined, as its supervisor saw it from outside."""

    NONE = "none"
    PARTIAL = "partial"
    SEALED = "sealed"


class Users(StrEnum):
    """Whether eye, clerk and herald are three users of the system, or one."""

    OWN = "own"
    SAME = "same-uid"


class Source(StrEnum):
    """Where the pictures came from: a network has seen those of a network camera.

    A ``thermal_array`` gives pictures of warmth; a ``microphone`` and a site of ``meters`` none.
    """

    CAMERA = "camera"
    NETWORK = "network"
    FILE = "file"
    RENDERED = "rendered"
    METERS = "meters"
    THERMAL_ARRAY = "thermal_array"
    MICROPHONE = "microphone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """How far each of the three processes was confined, and whether by users of their own."""

    eye: Seal = Seal.NONE
    clerk: Seal = Seal.NONE
    herald: Seal = Seal.NONE
    users: Users = Users.SAME

    def to_text(self) -> str:
        """Return it as four words."""
        return f"{self.eye} {self.clerk} {self.herald} {self.users}"

    @classmethod
    def from_text(cls, text: str) -> "Wall":
        """Read four words; ValueError where they are others."""
        eye, clerk, herald, users = text.split(" ")
        return cls(eye=Seal(eye), clerk=Seal(clerk), herald=Seal(herald), users=Users(users))
