"""What is drawn in a picture and lies on the ground; standard library only, for both sides."""

from edgekit.geometry.shape import MIN_EDGE_PX, MIN_LINE_PX, Line, Point, Zone, require_name

__all__ = ["MIN_EDGE_PX", "MIN_LINE_PX", "Line", "Point", "Zone", "require_name"]
