"""How a board is greeted: wait for BOOT, say HELLO, check who answers."""

from collections.abc import Callable, Mapping

from edgekit.errors import (
    BridgeError,
    BridgeTimeoutError,
    PacketError,
    RefusedError,
    VersionMismatchError,
)
from edgekit.wire.authentication import session_key
from edgekit.wire.messages import REPLY, ErrorCode, Hello, Refusal, Type
from edgekit.wire.packet import VERSION, Packet

WAIT_NS = 300_000_000
"""How long BOOT, or the reply to HELLO, is waited for."""

PATIENCE_NS = 5_000_000_000
"""How long a board may stay silent: the boot loader of an Uno takes about a second."""

_WORDS: Mapping[int, str] = {
    ErrorCode.VERSION: "it speaks another version",
    ErrorCode.PAYLOAD: "the payload is wrong",
    ErrorCode.TYPE: "it does not know this request",
    ErrorCode.CHANNEL: "there is no such channel, or nothing on it",
    ErrorCode.AUTHENTICATION: "the command is not authenticated",
    ErrorCode.REPLAY: "the command has been used before",
    ErrorCode.LIMIT: "the output was on for as long as it may be",
    ErrorCode.TAKEN: "it has an identity already",
}
_HINTS: Mapping[int, str] = {
    ErrorCode.VERSION: "flash a firmware of this edgekit",
    ErrorCode.AUTHENTICATION: "the key given to Bridge has to be the board's",
    ErrorCode.LIMIT: "bring it to its safe state first",
}


class Greeting:
    """Says when to greet and with what.

    Args:
        nonce: gives 8 random bytes.
        key: the 16 bytes that the board holds too; None = commands are not authenticated.
        uid: the 8 bytes of the one board that is meant; None = any.
    """

    def __init__(
        self,
        *,
        nonce: Callable[[], bytes],
        key: bytes | None = None,
        uid: bytes | None = None,
    ) -> None:
        self.uid = uid
        self.next_ns = 0
        self._nonce = nonce
        self._key = key
        self._said = b""
        self._deadline_ns = 0

    def begin(self, now_ns: int, *, booted: bool = False) -> None:
        """Start to wait for BOOT; with BOOT, greet at once."""
        self.next_ns = now_ns if booted else now_ns + WAIT_NS
        self._deadline_ns = now_ns + PATIENCE_NS

    def due(self, now_ns: int) -> bytes | None:
        """Return the payload of a HELLO to be sent now; BridgeTimeoutError after 5 s of silence."""
        if now_ns < self.next_ns:
            return None
        if now_ns > self._deadline_ns:
            raise BridgeTimeoutError(
                f"no board has answered for {PATIENCE_NS // 10**9} s",
                hint="is the firmware flashed, and its speed the one that was given?",
            )
        self.next_ns = now_ns + WAIT_NS
        self._said = b"" if self._key is None else self._nonce()
        return self._said

    def session_of(self, hello: Hello) -> bytes:
        """Return the session's key, or nothing where no key was given.

        Raises BridgeError where one was given and the board holds none: without the check a board
        put in its place would be believed to be the one that was locked.
        """
        if self._key is None:
            return b""
        if not hello.nonce:
            raise BridgeError(
                "the board holds no key", hint="flash it with --key, or give Bridge none"
            )
        return session_key(self._key, self._said, hello.nonce)


def require_board(packet: Packet, seq: int, uid: bytes | None) -> Hello | None:
    """Return who answered the HELLO with this ``seq``; None where the packet is no answer to it.

    Raises VersionMismatchError, or BridgeError where it is another board.
    """
    if packet.seq != seq or packet.type not in {Type.HELLO | REPLY, Type.ERR | REPLY}:
        return None
    if packet.type == Type.ERR | REPLY:
        raise refusal(Type.HELLO, packet.payload)
    try:
        hello = Hello.from_payload(packet.payload)
    except PacketError:
        return None
    if not hello.lowest <= VERSION <= hello.highest:
        raise _other_version(hello.lowest, hello.highest)
    if uid not in {None, hello.uid}:
        raise BridgeError(
            f"board {hello.uid.hex()} answers, expected {uid.hex() if uid else 'any'}",
            hint="another board has been plugged in here: edgekit bridge list",
        )
    return hello


def refusal(asked: Type, payload: bytes) -> BridgeError:
    """Return the error that an ERR stands for."""
    try:
        said = Refusal.from_payload(payload)
    except PacketError as error:
        return BridgeError(f"{asked.name}: {error}")
    if said.code == ErrorCode.VERSION:
        return _other_version(said.lowest, said.highest)
    reason = _WORDS.get(said.code, f"code {said.code}")
    return RefusedError(
        f"the board refuses {asked.name}: {reason}", code=said.code, hint=_HINTS.get(said.code)
    )


def _other_version(lowest: int, highest: int) -> VersionMismatchError:
    return VersionMismatchError(
        f"the board speaks version {lowest} to {highest} of the wire, expected {VERSION}",
        lowest=lowest,
        highest=highest,
        hint=_HINTS[ErrorCode.VERSION],
    )
