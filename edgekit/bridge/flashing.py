"""Putting the firmware on a board, and an identity into it."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from edgekit.bridge.board import Bridge
from edgekit.bridge.port import path_of
from edgekit.errors import BridgeError, ConfigError
from edgekit.wire.authentication import KEY_BYTES
from edgekit.wire.messages import Type

BUILT = Path(__file__).parents[2] / "firmware_bridge" / "build" / "bridge.hex"
UID_BYTES = 8
ERASED = b"\xff" * UID_BYTES
_TIMEOUT_S = 120


def find_firmware(given: Path | None) -> Path:
    """Return the firmware to flash; ConfigError where there is none."""
    path = given or BUILT
    if not path.is_file():
        raise ConfigError(f"no firmware at {path}", hint="make firmware, or give it with --hex")
    return path


def write_key(path: Path) -> bytes:
    """Make a key and write it where only its owner reads; ConfigError where a file is there."""
    key = secrets.token_bytes(KEY_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{key.hex()}\n")
    except OSError as error:
        raise ConfigError(f"key {path} can't be written: {error.strerror}") from error
    return key


def flash(spec: str, firmware: Path, baud: int) -> None:
    """Write the firmware through the boot loader of an Arduino; raises BridgeError."""
    port = path_of(spec)
    program = shutil.which("avrdude")
    if program is None:
        raise BridgeError("avrdude is not installed", hint="sudo apt install avrdude")
    words = [program, "-q", "-p", "atmega328p", "-c", "arduino", "-P", port, "-b", str(baud)]
    try:
        done = subprocess.run(  # noqa: S603 -- the installer's own avrdude, words of our own
            [*words, "-D", "-U", f"flash:w:{firmware}:i"],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BridgeError(f"avrdude did not finish within {_TIMEOUT_S} s") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BridgeError(
            f"avrdude failed: {last}",
            hint="is it an Uno or Nano on this port? Old Nanos: --bootloader-baud 57600",
        )


def adopt(bridge: Bridge, key: bytes | None) -> bytes:
    """Give a board without an identity a random one; return the board's UID.

    Raises RefusedError where a key is to be given and the board has an identity already.
    """
    uid = bridge.hello.uid
    if uid != ERASED and key is None:
        return uid
    fresh = secrets.token_bytes(UID_BYTES)
    bridge.ask(Type.ADOPT, fresh + (key or b""), slow_s=0.3)  # EEPROM: 3.4 ms a byte
    return fresh
