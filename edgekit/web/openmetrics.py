"""What is released and how the node does, for monitoring: OpenMetrics text, version 1.0.0.

The series are the same at all times: a value that is not told is NaN, and says so beside it.
"""

from collections.abc import Iterator

from edgekit.consent.metric import Metric
from edgekit.consent.states import State
from edgekit.records import ClockTrust, Status
from edgekit.web.board import Board

TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_SHOWN = (
    *(State.POSTED, State.ACTIVE, State.PAUSED, State.TURNED),
    *(State.WITHDRAWN, State.EXPIRED),
)


def metrics(board: Board, now_s: int) -> bytes:
    """Return the exposition."""
    return "".join(f"{line}\n" for line in (*_lines(board, now_s), "# EOF")).encode()


def _lines(board: Board, now_s: int) -> Iterator[str]:
    fresh = board.is_fresh(now_s)
    condition = board.condition if fresh else None
    yield from _family("edgekit_up", "Whether the node says how it stands.")
    yield f"edgekit_up {int(fresh)}"
    yield from _family("edgekit_authorisation", "What its authorisation is, one of these.")
    for state in _SHOWN:
        holds = condition is not None and condition.state is state
        yield f'edgekit_authorisation{{state="{state}"}} {int(holds)}'
    yield from _family("edgekit_seeing", "Whether an eye may see now.")
    seeing = condition is not None and condition.state is State.ACTIVE and condition.shut is None
    yield f"edgekit_seeing {int(seeing)}"
    yield from _family("edgekit_clock_synced", "Whether its clock is kept right from outside.")
    synced = condition is not None and condition.clock is ClockTrust.SYNCED
    yield f"edgekit_clock_synced {int(synced)}"
    yield from _family("edgekit_records", "Signed records in its log.")
    yield f"edgekit_records {board.next_sequence}"
    yield from _numbers(board)


def _numbers(board: Board) -> Iterator[str]:
    latest = {metric: kept[-1] if kept else None for metric, kept in board.readings.items()}
    yield from _family("edgekit_value", "The latest released number; NaN where none is told.")
    for metric, one in latest.items():
        unit = Metric.parse(metric).unit
        told = "NaN" if one is None or one.value is None else str(one.value)
        yield f'edgekit_value{{metric="{metric}",unit="{unit}"}} {told}'
    yield from _family("edgekit_window", "What became of the latest window, one of these.")
    for metric, one in latest.items():
        for status in Status:
            holds = one is not None and one.status is status
            yield f'edgekit_window{{metric="{metric}",status="{status}"}} {int(holds)}'
    for name, words in (
        ("edgekit_window_start_seconds", "When that window began, Unix time."),
        ("edgekit_uptime_ratio", "How much of it was seen, in steps of 0.05."),
    ):
        yield from _family(name, words)
        for metric, one in latest.items():
            number = "NaN"
            if one is not None:
                start = name.endswith("_seconds")
                number = str(one.start_s) if start else f"{one.uptime_percent / 100:.2f}"
            yield f'{name}{{metric="{metric}"}} {number}'


def _family(name: str, words: str) -> tuple[str, str]:
    return f"# TYPE {name} gauge", f"# HELP {name} {words}"
