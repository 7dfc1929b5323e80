"""Which parts of a zone one visit touches, each once. Nothing here has passed the gate."""

from dataclasses import dataclass

from edgekit.geometry import HEAT_COLUMNS, HEAT_ROWS


@dataclass(slots=True)
class Footprint:
    """The cells of a `edgekit.geometry.HeatGrid` that one visit has been seen in, as bits."""

    trodden: int = 0
    told: int = 0

    def tread(self, cell: int | None) -> None:
        """Take a sighting in a cell; None is no cell of the zone."""
        if cell is not None:
            self.trodden |= 1 << cell

    def tell(self) -> tuple[int, ...]:
        """Return the cells that were not told before."""
        fresh = self.trodden & ~self.told
        self.told = self.trodden
        return tuple(cell for cell in range(HEAT_COLUMNS * HEAT_ROWS) if fresh >> cell & 1)
