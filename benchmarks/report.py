"""The JSON line that every benchmark ends with, and the arguments that every benchmark takes."""

import argparse
import dataclasses
import json
import os
import platform
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
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        sign, number = self.target.split()
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


def finish(name: str, claims: list[Claim], **about: object) -> None:
    """Print the claims as a table and, last, as the one JSON line."""
    for claim in claims:
        verdict = {True: "holds", False: "FAILS", None: ""}[claim.holds]
        target = claim.target or ""
        print(f"{claim.claim:<76} {claim.value:>9.3g} {claim.unit:<10} {target:<8} {verdict}")
    listed = []
    for claim in claims:
        entry: dict[str, object] = {
            "claim": claim.claim,
            "value": float(f"{claim.value:.4g}"),
            "unit": claim.unit,
            "target": claim.target,
            "holds": claim.holds,
        }
        if claim.peer is not None:
            entry["peer"] = dataclasses.asdict(claim.peer)
        listed.append(entry)
    print(json.dumps({"name": name, "machine": machine() | about, "claims": listed}))
