"""What a detector is asked to find. Nothing here has passed the gate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Classes to look for, and from where on a box counts.

    Attributes:
        classes: COCO ids.
        threshold: least score of a box, 0..1.
        iou: boxes of one class that overlap more than this are one, 0..1.
    """

    classes: tuple[int, ...]
    threshold: float
    iou: float

    def __post_init__(self) -> None:
        """Raise ModelError where nothing could be found."""
        if not self.classes or not 0 < self.threshold < 1:
            raise ModelError(
                f"classes {self.classes}, threshold {self.threshold}: nothing could be found"
            )

    @property
    def class_ids(self) -> NDArray[np.int64]:
        """The classes as an array of shape (n,)."""
        return np.asarray(self.classes, np.int64)
