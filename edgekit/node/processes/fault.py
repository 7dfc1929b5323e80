"""Why a process ended, as a number: a sealed eye has no words, so others say it in theirs."""

from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.errors import ConsentError, EdgekitError, ModelError, SensorError
from edgekit.records import Fault

EXIT_BASE = 10
"""An eye that ends by itself exits with this plus its `Fault`; 0 when a source came to its end."""

CALL_AGAIN = 75
"""A herald that has no broker exits with this, as EX_TEMPFAIL of sysexits.h: a new one calls it."""

CALL_BROKE_OFF = 76
"""The same after a call that had been answered: it is made again at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    kind: type[EdgekitError]
    text: str
    hint: str


_WORDS: Mapping[Fault, _Words] = {
    Fault.SOURCE_LOST: _Words(
        kind=SensorError,
        text="the source broke off or gives no more pictures",
        hint="check the camera's cable, power and network; a file may be damaged or cut off",
    ),
    Fault.MODEL: _Words(
        kind=ModelError,
        text="the model cannot be loaded or failed on a picture",
        hint="try the file with: edgekit count --detector NAME VIDEO",
    ),
    Fault.NOT_AUTHORISED: _Words(
        kind=ConsentError,
        text="the authorisation does not allow this view now",
        hint="see: edgekit check site.toml",
    ),
    Fault.INTERNAL: _Words(
        kind=EdgekitError,
        text="the eye came upon something it does not expect",
        hint="please report it; `edgekit count` on the same source shows more",
    ),
}


def fault_of(error: Exception) -> Fault:
    """Return the number for an error."""
    for fault, words in _WORDS.items():
        if isinstance(error, words.kind):
            return fault
    return Fault.INTERNAL


def error_of(code: int) -> EdgekitError | None:
    """Return what an eye's exit code stands for; None where it is no error."""
    words = next((w for fault, w in _WORDS.items() if code == EXIT_BASE + fault), None)
    return None if words is None else words.kind(words.text, hint=words.hint)
