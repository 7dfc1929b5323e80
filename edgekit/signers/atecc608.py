"""A key in a Microchip ATECC608 on the I²C bus: made in the chip, never out of it; ES256.

Needs ``pip install adafruit-circuitpython-atecc`` with its Blinka, a chip whose configuration zone
is locked, and a P-256 key in the slot. Tested against a stand-in for that library, not on a chip.
"""

import hashlib
from collections.abc import Callable
from importlib import import_module
from typing import Protocol, TypeVar

from edgekit.errors import ConfigError, MissingExtraError, SignerError, VerificationError
from edgekit.signers.outside import OutsideSigner
from edgekit.signing.keys import ES256, PublicKey

Answer = TypeVar("Answer")

SLOTS = range(5)
ADDRESS = 0x60
_COORDINATES = 64


class Chip(Protocol):
    """What is used of ``adafruit_atecc.ATECC``."""

    def gen_key(self, key: bytearray, slot_num: int, private_key: bool = False) -> bytearray:
        """Give the 64 bytes X ‖ Y of the public key in a slot; never makes a key for us."""
        ...

    def ecdsa_sign(self, slot: int, message: bytearray) -> bytearray:
        """Sign a digest of 32 bytes; give r ‖ s."""
        ...


def open_atecc608(
    slot: int, *, address: int = ADDRESS, chip: Callable[[int], Chip] | None = None
) -> OutsideSigner:
    """Return the key in a slot.

    Args:
        slot: 0 to 4.
        address: on the bus.
        chip: opens a chip at an address; by default Adafruit's library does.

    Raises:
        ConfigError: no such slot.
        MissingExtraError: the library is not installed.
        SignerError: no chip answers, or none with a key there.
    """
    if slot not in SLOTS:
        raise ConfigError(f"slot {slot}: expected 0 to {SLOTS[-1]}")
    where = f"ATECC608 at {address:#04x}, slot {slot}"
    opened = _asked(where, lambda: (chip or _adafruit)(address))
    point = _asked(where, lambda: opened.gen_key(bytearray(_COORDINATES), slot, False))
    try:
        key = PublicKey(raw=b"\x04" + bytes(point), algorithm=ES256)
    except VerificationError as error:
        raise SignerError(f"{where} holds no key: {error}") from None

    def ask(data: bytes) -> bytes:
        digest = bytearray(hashlib.sha256(data).digest())
        return bytes(_asked(where, lambda: opened.ecdsa_sign(slot, digest)))

    return OutsideSigner(key, ask, where=where)


def _asked(where: str, question: Callable[[], Answer]) -> Answer:
    try:
        return question()
    except (RuntimeError, OSError, ValueError, AssertionError) as error:
        if isinstance(error, SignerError):
            raise
        raise SignerError(
            f"{where} does not answer: {error}", hint="check its wiring, and `i2cdetect -y 1`"
        ) from None


def _adafruit(address: int) -> Chip:
    try:
        library = import_module("adafruit_atecc.adafruit_atecc")
        board = import_module("board")
    except ImportError:
        raise MissingExtraError(
            "keys in an ATECC608 need Adafruit's library", extra="atecc608"
        ) from None
    found: Chip = library.ATECC(board.I2C(), address)
    return found
