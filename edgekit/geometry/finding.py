"""One thing that is wrong with what is drawn, and what to do about it; standard library only."""

from dataclasses import dataclass
from enum import StrEnum

from edgekit.geometry.shape import Point


class Severity(StrEnum):
    """How much a finding weighs."""

    REFUSED = "refused"
    """It can never count, or means two things at once: it is not configured at all."""

    WARNING = "warning"
    """It counts, but some people wrongly or not at all."""

    REMARK = "remark"
    """It may be just what was meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with one line or zone.

    Attributes:
        severity: how much it weighs.
        kind: ``line`` or ``zone``.
        name: of the shape.
        label: a few words to write beside the shape in a picture.
        text: one plain sentence that names the shape.
        hint: what to do.
        place: where in the picture, in pixels.
    """

    severity: Severity
    kind: str
    name: str
    label: str
    text: str
    hint: str
    place: Point
