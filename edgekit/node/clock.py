"""What the machine's clock is worth, and the time it tells."""

import ctypes
import time

from edgekit.records import ClockTrust

BUILT_S = 1_795_392_000
"""Midnight UTC, 2026-11-23: no honest clock is earlier than the code that reads it."""

_STA_UNSYNC = 0x0040
_TIME_ERROR = 5


class _Timex(ctypes.Structure):
    """The head of Linux's ``struct timex`` (adjtimex(2)); the tail is room we don't read."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def now_ms() -> int:
    """Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def steady_ms() -> int:
    """Milliseconds since whenever; nobody sets this clock."""
    return time.monotonic_ns() // 1_000_000


def kernel_synced() -> bool:
    """Whether the kernel says that its clock is disciplined (adjtimex(2), STA_UNSYNC)."""
    adjtimex = getattr(ctypes.CDLL(None, use_errno=True), "adjtimex", None)
    if adjtimex is None:
        return False
    state = _Timex()
    result = adjtimex(ctypes.byref(state))
    return result not in (-1, _TIME_ERROR) and not state.status & _STA_UNSYNC


def trust(now_s: int, *, last_record_s: int | None, synced: bool) -> ClockTrust:
    """Judge the clock: ``none`` before the last record or before the build, else what it is."""
    if now_s < max(BUILT_S, last_record_s or 0):
        return ClockTrust.NONE
    return ClockTrust.SYNCED if synced else ClockTrust.FREE
