"""By how much a camera may be turned before what is drawn in its picture is another place."""

TURN_TOLERANCE = 1 / 32
"""No corner of the picture may move by more than this share of its diagonal: half a body's width
where lines and zones are drawn, 25 px of 640x480. About the camera's axis that is 3.6 degrees, in
zoom 6 %, to the side 2.3 degrees where the picture is 60 degrees wide."""
