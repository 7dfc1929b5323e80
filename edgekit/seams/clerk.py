"""Seams on the side of the numbers: standard library only."""

from typing import Protocol

from edgekit.records import SignedRecord


class Outlet(Protocol):
    """Hands signed records to somebody; the field says *sink* or *exporter*.

    ``leaves_device`` tells whether what is sent crosses the edge of this machine; under `local`
    no such outlet is opened.
    """

    @property
    def name(self) -> str:
        """How logs and status call it."""
        ...

    @property
    def leaves_device(self) -> bool:
        """Whether a record sent here leaves the machine."""
        ...

    def send(self, record: SignedRecord) -> None:
        """Hand over one record, durably; sending one twice is harmless. Raises OutletError."""
        ...

    def close(self) -> None:
        """Finish; harmless when repeated."""
        ...
