"""Every error that edgekit raises, split by who must act.

    EdgekitError
    ├── ConfigError        (ValueError)       the installer: site.toml, an argument, a line, a zone
    ├── ConsentError       (PermissionError)  the organisation: no, expired or other authority
    │   └── ProhibitedPractice                nobody: edgekit does not do this
    ├── SealError          (PermissionError)  the installer: the wall cannot be put up here
    ├── SensorError        (OSError)          the hardware or the file: nothing to see
    ├── ModelError         (ValueError)       the installer: a model that is missing or refused
    ├── PipeError          (ValueError)       the node itself: a message that may not exist
    ├── ReleaseError       (PermissionError)  the organisation: an output nobody allowed
    ├── SignerError        (OSError)          the operator: a key that is away, or signs wrongly
    ├── LedgerError        (OSError)          the operator: disk full, damaged or foreign ledger
    ├── OutletError        (OSError)          the network: a record could not be handed over
    ├── PacketError        (ValueError)       the other end of a wire: a message that says nothing
    ├── BridgeError        (OSError)          the wiring: port, board or channel
    │   ├── BridgeTimeoutError  (TimeoutError)          no answer in time; the link may be well
    │   ├── LinkLostError       (ConnectionError)       the port is gone
    │   ├── DeviceResetError    (ConnectionResetError)  the board started anew meanwhile
    │   ├── VersionMismatchError                        the board speaks another version
    │   └── RefusedError                                the board said no, with a code
    ├── VerificationError  (ValueError)       the reader of a record: it does not verify
    │   └── ForkError                         everybody: a log that shows two histories
    └── MissingExtraError  (ImportError)      the installer: `pip install '.[…]'`

Messages say what was expected, what came and, after ``hint``, what to do.
"""


class EdgekitError(Exception):
    """The root: catch it to catch everything that edgekit raises on purpose."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class ConfigError(EdgekitError, ValueError):
    """A setting or an argument cannot be used as it stands."""


class ConsentError(EdgekitError, PermissionError):
    """There is no valid authority for what was about to happen."""


class ProhibitedPractice(ConsentError):  # noqa: N818 -- the law's own word
    """Something that edgekit does not do, whoever asks."""


class SealError(EdgekitError, PermissionError):
    """A process cannot be confined as its settings demand."""


class SensorError(EdgekitError, OSError):
    """A camera, stream or file gives no picture."""


class ModelError(EdgekitError, ValueError):
    """A model file is missing, altered, of another kind or refused."""


class PipeError(EdgekitError, ValueError):
    """A message between the node's processes breaks the rules of the pipe."""


class ReleaseError(EdgekitError, PermissionError):
    """The gate refuses to let something out."""


class SignerError(EdgekitError, OSError):
    """A key in a chip, a token or a program does not sign, or not rightly."""


class LedgerError(EdgekitError, OSError):
    """The ledger cannot be read or written."""


class OutletError(EdgekitError, OSError):
    """An outlet could not take a record."""


class PacketError(EdgekitError, ValueError):
    """A packet or message on the serial wire does not have the form that its type promises."""


class BridgeError(EdgekitError, OSError):
    """A microcontroller, meter or gateway on a wire cannot be used."""


class BridgeTimeoutError(BridgeError, TimeoutError):
    """No answer came in time, after all tries."""


class LinkLostError(BridgeError, ConnectionError):
    """The port is closed or gone; the link opens it again by itself."""


class DeviceResetError(BridgeError, ConnectionResetError):
    """The board started anew while a request was under way."""


class VersionMismatchError(BridgeError):
    """The board speaks other versions of the protocol: ``lowest`` to ``highest``."""

    def __init__(self, message: str, *, lowest: int, highest: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.lowest = lowest
        self.highest = highest


class RefusedError(BridgeError):
    """The board understood the request and refused it; ``code`` is that of PROTOCOL.md."""

    def __init__(self, message: str, *, code: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class VerificationError(EdgekitError, ValueError):
    """A signature, order, proof or document does not hold.

    ``sequence`` names the record at fault, where one can be named.
    """

    def __init__(
        self, message: str, *, hint: str | None = None, sequence: int | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.sequence = sequence


class ForkError(VerificationError):
    """A log shows another history than it showed before: rewritten, cut, cloned or set back."""


class MissingExtraError(EdgekitError, ImportError):
    """A part needs a package that is not installed; ``extra`` is the one of ours that brings it.

    The hint names the folder, never the index: a package of our name there is somebody else's.
    """

    def __init__(self, message: str, *, extra: str | None = None, hint: str | None = None) -> None:
        if extra is not None and hint is None:
            hint = f"in edgekit's folder: pip install '.[{extra}]'"
        super().__init__(message, hint=hint)
