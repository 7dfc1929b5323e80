"""What is drawn in a ``site.toml``, right or wrong: so that a wrong line can be shown.

    sketch = read_sketch(Path("site.toml"))
    for finding in sketch.findings():
        print(finding.text)

`Settings` refuses a file with one wrong line in it; this reads what can be drawn all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edgekit.config.document import parse, read_text
from edgekit.config.settings import Settings
from edgekit.config.table import Table
from edgekit.errors import ConfigError
from edgekit.geometry import Line, Point, Zone
from edgekit.geometry.lint import Finding, Severity, lint
from edgekit.geometry.plane import Segment, middle
from edgekit.geometry.stature import Stature


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One shape as it stands in the file: ``line`` or ``zone``, its name and its points."""

    kind: str
    name: str
    points: tuple[Point, ...]

    def shape(self) -> Line | Zone:
        """Return the line or zone; ConfigError where there can't be one."""
        if self.kind == "line":
            return Line(self.name, self.points[0], self.points[1])
        return Zone(self.name, self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """The picture's size in pixels, its rate, how high people stand in it, and what is drawn."""

    size: tuple[int, int]
    fps: float
    stature: Stature | None
    outlines: tuple[Outline, ...]

    def findings(self, ways: tuple[Segment, ...] = ()) -> tuple[Finding, ...]:
        """Return what is wrong with it, the worst first; ``ways``: where people were seen to walk.

        Shapes that cannot be made are among the findings, with the reason.
        """
        refused: list[Finding] = []
        shapes = list(self._shapes(refused))
        found = lint(
            [shape for shape in shapes if isinstance(shape, Line)],
            [shape for shape in shapes if isinstance(shape, Zone)],
            size=self.size,
            fps=self.fps,
            stature=self.stature,
            ways=ways,
        )
        return (*refused, *found)

    def _shapes(self, refused: list[Finding]) -> Iterator[Line | Zone]:
        for outline in self.outlines:
            try:
                yield outline.shape()
            except ConfigError as error:
                refused.append(_refused(outline, error))


def read_sketch(path: Path) -> Sketch:
    """Read what is drawn; ConfigError where the file does not even say that."""
    document, _ = parse(read_text(path), path)
    root = Table(document)
    camera = root.table("camera")
    return Sketch(
        size=(camera.whole("width", 64, 8192, 640), camera.whole("height", 48, 8192, 480)),
        fps=camera.whole("fps", 1, 120, 15),
        stature=_stature(path),
        outlines=(
            *(
                Outline(
                    kind="line",
                    name=table.text("name"),
                    points=(table.point("from"), table.point("to")),
                )
                for table in root.tables("line")
            ),
            *(
                Outline(kind="zone", name=table.text("name"), points=table.points("polygon"))
                for table in root.tables("zone")
            ),
        ),
    )


def _stature(path: Path) -> Stature | None:
    try:
        return Settings.load(path, drawn=False).expected_stature
    except ConfigError:
        return None  # what is wrong there is said when the settings are read


def _refused(outline: Outline, error: ConfigError) -> Finding:
    return Finding(
        severity=Severity.REFUSED,
        kind=outline.kind,
        name=outline.name,
        label="refused: see below",
        text=str(error),
        hint=error.hint or "",
        place=middle(outline.points or ((0.0, 0.0),)),
    )
