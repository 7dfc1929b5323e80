"""A key that a program of yours holds: asked on its stdin, answering on its stdout; no shell.

Two protocols. ``raw``: the data comes on stdin, the signature goes to stdout, as bytes. ``json``:
one object each way, ``{"v":1,"op":"sign","key_id":…,"data":base64}`` and ``{"signature":base64}``.
The program is started for each signature and has so many seconds; then it is ended.
"""

import subprocess
from collections.abc import Sequence
from enum import StrEnum

from edgekit.errors import ConfigError, SignerError, VerificationError
from edgekit.signers.outside import OutsideSigner
from edgekit.signing.canonical import from_base64, from_bytes, to_base64, to_bytes
from edgekit.signing.keys import PublicKey

MAX_ANSWER_BYTES = 4096
MAX_TIMEOUT_S = 60


class Protocol(StrEnum):
    """How the program is asked."""

    RAW = "raw"
    JSON = "json"


def open_command(
    words: Sequence[str], public_key: PublicKey, *, protocol: Protocol, timeout_s: int = 10
) -> OutsideSigner:
    """Return a signer that runs a program for each signature.

    Args:
        words: the program, by its absolute path, and its arguments.
        public_key: of the key that it signs with.
        protocol: how it is asked.
        timeout_s: 1 to 60; a program that takes longer is killed.

    Raises ConfigError for another path or time.
    """
    if not words or not words[0].startswith("/"):
        raise ConfigError(
            f"command {list(words)[:1]}: expected a program by its absolute path",
            hint='command = ["/usr/local/bin/my-signer", "--slot", "1"]',
        )
    if not 1 <= timeout_s <= MAX_TIMEOUT_S:
        raise ConfigError(f"timeout_s is {timeout_s}: expected 1 to {MAX_TIMEOUT_S}")

    def ask(data: bytes) -> bytes:
        if protocol is Protocol.RAW:
            return _run(words, data, timeout_s)
        question = to_bytes(
            {"v": 1, "op": "sign", "key_id": public_key.key_id, "data": to_base64(data)}
        )
        return _signature(_run(words, question, timeout_s), words[0])

    return OutsideSigner(public_key, ask, where=f"program {words[0]}")


def _run(words: Sequence[str], data: bytes, timeout_s: int) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 -- an absolute path from the site's own settings, no shell
            words,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # whatever it says may hold a secret
            timeout=timeout_s,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SignerError(f"program {words[0]} gave no signature within {timeout_s} s") from None
    except OSError as error:
        raise SignerError(f"program {words[0]} cannot be run: {error.strerror}") from error
    if done.returncode:
        raise SignerError(f"program {words[0]} ended with {done.returncode} instead of a signature")
    if len(done.stdout) > MAX_ANSWER_BYTES:
        raise SignerError(f"program {words[0]} answered with {len(done.stdout)} bytes")
    return done.stdout


def _signature(answer: bytes, program: str) -> bytes:
    try:
        return from_base64(str(from_bytes(answer).get("signature")))
    except VerificationError as error:
        raise SignerError(f"program {program} gave no answer of the protocol: {error}") from None
