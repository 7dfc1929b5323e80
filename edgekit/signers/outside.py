"""A key outside this process, whatever holds it: each signature is checked before it is used."""

from collections.abc import Callable

from edgekit.errors import SignerError, VerificationError
from edgekit.signing.keys import ES256, SIGNATURE_BYTES, PublicKey, from_fixed, low_s


class OutsideSigner:
    """Signs by asking somebody else.

    A chip that is disturbed, or a program that signs something else, must not put a wrong
    signature into the log: what comes back is verified, and of ES256 brought into its one spelling.

    Args:
        public_key: of the key that answers.
        ask: gives the signature over the data: 64 bytes, or of ES256 also DER.
        where: names it in errors.
    """

    def __init__(self, public_key: PublicKey, ask: Callable[[bytes], bytes], *, where: str) -> None:
        self.public_key = public_key
        self.key_id = public_key.key_id
        self.algorithm = public_key.algorithm
        self._ask = ask
        self._where = where

    def sign(self, data: bytes) -> bytes:
        """Return the signature; SignerError where none comes, or a wrong one."""
        answer = self._ask(data)
        try:
            signature = self._in_our_spelling(answer)
            self.public_key.verify(signature, data)
        except VerificationError as error:
            raise SignerError(
                f"{self._where} gave a signature that does not verify: {error}",
                hint=f"is key {self.key_id} the one that it holds?",
            ) from None
        return signature

    def _in_our_spelling(self, answer: bytes) -> bytes:
        if self.algorithm != ES256:
            return answer
        return from_fixed(answer) if len(answer) == SIGNATURE_BYTES else low_s(answer)

    def __repr__(self) -> str:
        return f"OutsideSigner({self._where!r}, key_id={self.key_id!r})"
