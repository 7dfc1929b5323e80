"""What is drawn in a picture and lies on the ground; standard library only, for both sides."""

from edgekit.geometry.dwell import DWELL_CLASSES, DWELL_EDGES_S, dwell_class
from edgekit.geometry.ground import Ground
from edgekit.geometry.heat import HEAT_COLUMNS, HEAT_ROWS, HeatGrid, cell_name
from edgekit.geometry.shape import MIN_EDGE_PX, MIN_LINE_PX, Line, Point, Zone, require_name
from edgekit.geometry.turning import TURN_TOLERANCE

__all__ = [
    "DWELL_CLASSES",
    "DWELL_EDGES_S",
    "HEAT_COLUMNS",
    "HEAT_ROWS",
    "MIN_EDGE_PX",
    "MIN_LINE_PX",
    "TURN_TOLERANCE",
    "Ground",
    "HeatGrid",
    "Line",
    "Point",
    "Zone",
    "cell_name",
    "dwell_class",
    "require_name",
]
