"""Private keys under a passphrase: scrypt (RFC 7914) and AES-256-GCM (SP 800-38D), in JSON.

Not the encryption of PKCS#8: its PBKDF2 of 2048 rounds is no hurdle to who has the file. The form,
version 1, is one JSON object::

    {"v":1,"kdf":"scrypt","n":32768,"r":8,"p":3,"salt":…,"cipher":"aes-256-gcm","nonce":…,"key":…}

``salt`` (16 bytes), ``nonce`` (12) and ``key`` are base64; all the others are authenticated with
``key``.
"""

from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from edgekit.errors import ConfigError, VerificationError
from edgekit.signing.canonical import JsonValue, from_base64, from_bytes, to_base64, to_bytes

VERSION = 1
COST, BLOCK, PARALLEL = 32_768, 8, 3
"""scrypt's n, r, p: 32 MiB and about a third of a second, which a small board can afford."""

MAX_COST, MAX_PARALLEL = 1 << 18, 16
"""A file that asks for more would only make this machine work."""

MIN_PASSPHRASE = 12
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
_FIELDS = frozenset({"v", "kdf", "n", "r", "p", "salt", "cipher", "nonce", "key"})


def wrap(secret: bytes, passphrase: str, *, entropy: Callable[[int], bytes]) -> bytes:
    """Return the secret under the passphrase; ConfigError for one of less than 12 characters."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise ConfigError(
            f"a passphrase of {len(passphrase)} characters: expected {MIN_PASSPHRASE} or more",
            hint="take four or five words that do not belong together",
        )
    salt, nonce = entropy(SALT_BYTES), entropy(NONCE_BYTES)
    head: dict[str, JsonValue] = {
        "v": VERSION,
        "kdf": "scrypt",
        "n": COST,
        "r": BLOCK,
        "p": PARALLEL,
        "salt": to_base64(salt),
        "cipher": "aes-256-gcm",
        "nonce": to_base64(nonce),
    }
    box = AESGCM(_derive(passphrase, head, salt))
    # A nonce is used once: each wrapping has a salt, and so a key, of its own.
    sealed = box.encrypt(nonce, secret, to_bytes(head))
    return to_bytes(head | {"key": to_base64(sealed)}) + b"\n"


def unwrap(data: bytes, passphrase: str) -> bytes:
    """Return the secret; ConfigError for another form, an altered file or passphrase."""
    head = _read(data)
    try:
        salt, nonce, sealed = (from_base64(str(head[name])) for name in ("salt", "nonce", "key"))
    except VerificationError as error:
        raise ConfigError(f"wrapped key is damaged: {error}") from None
    if len(nonce) != NONCE_BYTES or len(salt) != SALT_BYTES:
        raise ConfigError("wrapped key is damaged: salt or nonce of another length")
    box = AESGCM(_derive(passphrase, head, salt))
    aad = to_bytes({name: value for name, value in head.items() if name != "key"})
    try:
        return box.decrypt(nonce, sealed, aad)
    except InvalidTag:
        raise ConfigError("wrong passphrase, or the wrapped key was altered") from None


def is_wrapped(data: bytes) -> bool:
    """Whether this looks like a wrapped key, to be asked a passphrase for."""
    return data.lstrip()[:1] == b"{"


def _read(data: bytes) -> Mapping[str, JsonValue]:
    try:
        head = from_bytes(data)
    except VerificationError as error:
        raise ConfigError(f"no wrapped key: {error}") from None
    if set(head) != _FIELDS or (head["v"], head["kdf"], head["cipher"]) != (
        VERSION,
        "scrypt",
        "aes-256-gcm",
    ):
        raise ConfigError(
            f"no wrapped key of version {VERSION}, scrypt and aes-256-gcm",
            hint="use the edgekit release that wrote it",
        )
    cost, parallel = head["n"], head["p"]
    sound = (
        type(cost) is int
        and cost.bit_count() == 1
        and COST <= cost <= MAX_COST
        and head["r"] == BLOCK
        and type(parallel) is int
        and 1 <= parallel <= MAX_PARALLEL
    )
    if not sound:
        raise ConfigError(f"wrapped key with scrypt n={cost}, r={head['r']}, p={parallel}: refused")
    return head


def _derive(passphrase: str, head: Mapping[str, JsonValue], salt: bytes) -> bytes:
    cost, parallel = int(str(head["n"])), int(str(head["p"]))
    return Scrypt(salt=salt, length=KEY_BYTES, n=cost, r=BLOCK, p=parallel).derive(
        passphrase.encode()
    )
