"""The JSON line that every benchmark ends with, and the arguments that every benchmark takes."""

import argparse
import dataclasses
import json
import math
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """What somebody else's tool reaches on the same input."""

    name: str
    value: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One measured figure against its target: ``"<= 0.8"``, ``">= 95"``, or None."""

    claim: str
    value: float
    unit: str
    target: str | None = None
    peer: Peer | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the target is met; None where there is none, or where nothing was measured."""
        if self.target is None:
            return None
        sign, number = self.target.split()
        if not (math.isfinite(self.value) and math.isfinite(float(number))):
            return None
        met = {"<=": self.value <= float(number), ">=": self.value >= float(number)}
        return met[sign]


def arguments(description: str) -> argparse.ArgumentParser:
    """Return a parser with ``--data DIR`` and ``--quick``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(__file__).parents[2] / "shared" / "data",
        metavar="DIR",
        help="folder with data of the documented form, found by form and not by name",
    )
    parser.add_argument("--quick", action="store_true", help="finish within a minute")
    return parser


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "load": round(os.getloadavg()[0], 2),
    }


def write_between(page: Path, name: str, text: str) -> None:
    """Put text between the marks ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->`` of a page."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{page} has no marks {begin} {end}")
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def finish(name: str, claims: list[Claim], *, absent: Sequence[str] = (), **about: object) -> None:
    """Print the claims as a table and, last, as the one JSON line.

    ``absent`` says in words what was looked for and not found. Where nothing at all could be
    measured the script ends with 1. A figure that is no number is null and holds nothing.
    """
    for claim in claims:
        target = claim.target or ""
        print(
            f"{claim.claim:<76} {claim.value:>9.3g} {claim.unit:<10} {target:<8} {_verdict(claim)}"
        )
    listed = []
    for claim in claims:
        entry: dict[str, object] = {
            "claim": claim.claim,
            "value": _rounded(claim.value),
            "unit": claim.unit,
            "target": claim.target,
            "holds": claim.holds,
        }
        if claim.peer is not None and math.isfinite(claim.peer.value):
            entry["peer"] = dataclasses.asdict(claim.peer)
        listed.append(entry)
    for words in absent:
        print(f"{name}: not measured: {words}", file=sys.stderr)
    missing = {"not_measured": list(absent)} if absent else {}
    print(json.dumps({"name": name, "machine": machine() | about, "claims": listed} | missing))
    if not claims:
        raise SystemExit(f"{name}: nothing was measured")


def _verdict(claim: Claim) -> str:
    if claim.target is None:
        return ""
    return {True: "holds", False: "FAILS", None: "not measured"}[claim.holds]


def _rounded(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None
