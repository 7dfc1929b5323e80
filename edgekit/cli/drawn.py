"""What ``edgekit check`` says about the lines and zones of a site, and the picture of them."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.cli.writing import write_whole
from edgekit.config import Settings
from edgekit.config.sketch import Sketch, read_sketch
from edgekit.errors import ConfigError, EdgekitError
from edgekit.geometry.lint import Finding, Severity

if TYPE_CHECKING:
    from edgekit.node.pictures.backdrop import Backdrop


def read_drawn(path: Path) -> Sketch | None:
    """Return what is drawn in a ``site.toml``, or None where it can't be read at all."""
    try:
        return read_sketch(path)
    except ConfigError:
        return None  # what is wrong is among the problems that `Settings` names


def words(findings: Sequence[Finding]) -> list[str]:
    """Return warnings and remarks in lines of text; what is refused is among the problems."""
    told = [finding for finding in findings if finding.severity is not Severity.REFUSED]
    rows = [f"Worth a look ({len(told)}):"] if told else []
    for finding in told:
        rows += [f"- {finding.severity}: {finding.text}", f"  What to do: {finding.hint}"]
    return rows


def as_json(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Return findings for programs."""
    return [
        {
            "severity": finding.severity.value,
            "kind": finding.kind,
            "name": finding.name,
            "problem": finding.text,
            "hint": finding.hint,
        }
        for finding in findings
    ]


def write_plan(
    sketch: Sketch, settings_path: Path, path: Path, *, blank: bool
) -> tuple[Finding, ...]:
    """Write the plan as PNG and return its findings, with what was seen while watching.

    Raises ConfigError where it can't be written.
    """
    from edgekit.node.pictures.plan import draw_plan  # noqa: PLC0415 -- pixels only where a picture is asked for

    if path.suffix.lower() != ".png":
        raise ConfigError(f"--picture {path}: expected a file that ends in .png")
    backdrop = None if blank else _backdrop(settings_path)
    findings = sketch.findings(() if backdrop is None else backdrop.ways)
    write_whole(path.absolute().parent, {path.name: draw_plan(sketch, findings, backdrop)})
    return findings


def _backdrop(path: Path) -> "Backdrop | None":
    """Return the empty place, or None with the reason on stderr."""
    from tqdm import tqdm  # type: ignore[import-untyped] # noqa: PLC0415 -- no types; only where somebody waits

    from edgekit.node.pictures.backdrop import WATCH_S, preview, watch  # noqa: PLC0415 -- as above

    found = None
    reason = "the place was never empty for long enough to be learned"
    try:
        settings = Settings.load(path, drawn=False)
        if settings.camera.live and (found := preview(settings)) is not None:
            return found
        with tqdm(total=WATCH_S, unit=" s", leave=False, disable=not sys.stderr.isatty()) as bar:
            found = watch(
                settings,
                clock_ms=lambda: time.time_ns() // 1_000_000,
                progress=lambda ms: bar.update(ms // 1000 - bar.n),
            )
    except EdgekitError as error:
        reason = f"{error}" + (f" ({error.hint})" if error.hint else "")
    if found is None:
        print(f"edgekit: the picture has a blank ground: {reason}", file=sys.stderr)
    return found
