"""A key in a token that speaks PKCS#11: an HSM, a smart card, a TPM 2.0 through its tpm2-pkcs11.

The key never leaves the token. Keys of P-256 sign with CKM_ECDSA over a SHA-256 that is made here,
which every token can do; keys of Ed25519 with CKM_EDDSA. Needs ``pip install '.[pkcs11]'``.
"""

import hashlib
from pathlib import Path
from types import ModuleType
from typing import Any

from edgekit.errors import ConfigError, MissingExtraError, SignerError, VerificationError
from edgekit.signers.outside import OutsideSigner
from edgekit.signing.keys import ED25519, ES256, POINT_BYTES, RAW_BYTES, PublicKey

_OCTET_STRING = 0x04


class Token:
    """One session with a token, kept open: a PIN entered once.

    Args:
        module: the token's library, such as ``/usr/lib/softhsm/libsofthsm2.so``.
        token: its label.
        pin: opens it.

    Raises:
        MissingExtraError: python-pkcs11 is not installed.
        SignerError: no such library or token, or it does not take the PIN.
    """

    def __init__(self, module: Path, token: str, pin: str) -> None:
        self._library = _library()
        self._where = f"token {token!r}"
        try:
            found = self._library.lib(str(module)).get_token(token_label=token)
            self._session: Any = self._opened(found, pin)
        except self._errors as error:
            raise self._failed(error) from None
        except RuntimeError as error:  # what python-pkcs11 makes of dlopen
            raise SignerError(f"{module} cannot be loaded: {error}") from None

    def signer(self, label: str) -> OutsideSigner:
        """Return the key pair of this label; SignerError where there is none of a kind we know."""
        try:
            private = self._session.get_key(
                object_class=self._library.ObjectClass.PRIVATE_KEY, label=label
            )
            public = self._session.get_key(
                object_class=self._library.ObjectClass.PUBLIC_KEY, label=label
            )
            key = _public_key(bytes(public[self._library.Attribute.EC_POINT]))
        except self._errors as error:
            raise self._failed(error, f"key {label!r}: ") from None

        mechanism = self._library.Mechanism

        def ask(data: bytes) -> bytes:
            try:
                if key.algorithm == ED25519:
                    return bytes(private.sign(data, mechanism=mechanism.EDDSA))
                digest = hashlib.sha256(data).digest()
                return bytes(private.sign(digest, mechanism=mechanism.ECDSA))
            except self._errors as error:
                raise self._failed(error, "signing: ") from None

        return OutsideSigner(key, ask, where=f"{self._where}, key {label!r}")

    def close(self) -> None:
        """Log out; harmless when repeated."""
        self._session.close()

    def _opened(self, token: Any, pin: str) -> Any:  # noqa: ANN401 -- the library's own
        try:
            return token.open(user_pin=pin)
        except self._library.exceptions.UserAlreadyLoggedIn:
            # One login holds for all sessions of a process (PKCS#11 2.40, section 5.6).
            return token.open()

    @property
    def _errors(self) -> type[Exception]:
        error: type[Exception] = self._library.exceptions.PKCS11Error
        return error

    def _failed(self, error: Exception, what: str = "") -> SignerError:
        # Names of the standard, such as PinIncorrect; the library's texts are often empty.
        return SignerError(
            f"{self._where}: {what}{type(error).__name__} {error}".rstrip(),
            hint="check module, token, label and pin_file",
        )


def _library() -> ModuleType:
    try:
        import pkcs11  # noqa: PLC0415 -- an extra
    except ImportError:
        raise MissingExtraError("keys in tokens need python-pkcs11", extra="pkcs11") from None
    return pkcs11  # type: ignore[no-any-return,unused-ignore]  # -- typed or not, by version


def _public_key(point: bytes) -> PublicKey:
    """Read CKA_EC_POINT: the DER OCTET STRING of PKCS#11, or, of some tokens, the bare point."""
    kinds = {RAW_BYTES: ED25519, POINT_BYTES: ES256}
    if len(point) - 2 in kinds and point[:2] == bytes([_OCTET_STRING, len(point) - 2]):
        point = point[2:]
    if len(point) not in kinds:
        raise SignerError(f"public key of {len(point)} bytes: expected Ed25519 or P-256")
    try:
        return PublicKey(raw=point, algorithm=kinds[len(point)])
    except VerificationError as error:
        raise ConfigError(f"the token's public key cannot be used: {error}") from None
