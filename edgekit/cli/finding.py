"""What a verification found, in words for people and as one JSON object for programs."""

import dataclasses
from pathlib import Path

from edgekit.ledger.anchor import Witnessed
from edgekit.ledger.report import Report
from edgekit.ledger.testimony import utc


def facts(report: Report, witnessed: Witnessed | None) -> dict[str, object]:
    """Return the JSON object."""
    found = dataclasses.asdict(report)
    del found["notes"]
    if report.head is not None:
        found["head"] |= {"root": report.head.root.hex()}
    by = None if witnessed is None else dataclasses.asdict(witnessed)
    return {"verified": True, **found, "witnessed": by}


def words(
    path: Path, report: Report, witnessed: Witnessed | None, *, held: int, origin: str
) -> list[str]:
    """Return the lines for people; ``held`` is how many checkpoints the reader brought."""
    first, last = report.first_sequence, report.last_sequence
    rows = [
        f"{path}: {_how_many(report)}, {first} to {last}, none missing between",
        f"  site        {report.site or 'erased'}",
        f"  device      {report.device or 'erased'}",
        f"  time        {_when(report.first_s)} to {_when(report.last_s)}",
        (
            f"  windows     {report.released} released, {report.suppressed} suppressed, "
            f"{report.gaps} gaps"
        ),
        f"  events      {report.events}",
        f"  metrics     {', '.join(report.metrics) or 'none'}",
        (
            f"  profile     {', '.join(report.profiles) or 'none'}; "
            f"eye: {', '.join(report.seals) or 'unknown'}"
        ),
    ]
    if report.erased:
        rows.append(f"  erased      {report.erased} records: only their commitments verify")
    if first:
        rows.append(f"  older       records 0 to {first - 1} are not here")
    return [*rows, *_checkpoint(report, held), *_witness(report, witnessed, origin)]


def _checkpoint(report: Report, held: int) -> list[str]:
    rows = []
    if report.head is not None:
        rows.append(
            f"  checkpoint  {report.head.size} of {report.records} records, signed by the device"
        )
    elif not held:
        rows.append(
            "  checkpoint  none: whether records are missing after the last cannot be seen here"
        )
    if held:
        fits = (
            "checkpoint that you hold fits"
            if held == 1
            else f"{held} checkpoints that you hold fit"
        )
        rows.append(f"  held        the {fits}")
        if not report.tree:
            rows.append("              in number: whether these are its records only the log shows")
    return rows


def _witness(report: Report, witnessed: Witnessed | None, origin: str) -> list[str]:
    if witnessed is None:
        return [
            "  witness     unwitnessed: nobody independent has signed this"
            if report.tree
            else "  witness     unwitnessed: only the log can show what a witness has signed",
            f"              who holds the device's key could have written {origin} anew",
        ]
    who = ", ".join(witnessed.names)
    rows = [f"  witness     {who} co-signed {witnessed.size} records, by {utc(witnessed.t_s)}"]
    rest = report.last_sequence + 1 - witnessed.size
    if rest > 0:
        rows.append(f"              the last {rest} are unwitnessed")
    return rows


def _how_many(report: Report) -> str:
    if not report.erased:
        return f"{report.records} records verify"
    return f"{report.records - report.erased} records verify, {report.erased} were erased"


def _when(time_s: int | None) -> str:
    return "unknown" if time_s is None else utc(time_s)
