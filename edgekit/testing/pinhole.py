"""The camera of the rendered plaza: a pinhole five metres up, and where things stand."""

WIDTH, HEIGHT = 640, 480
EYE_PX, HORIZON_PX, CAMERA_M = 560.0, 40.0, 5.0
"""Focal length in pixels, row of the horizon, height over the ground."""

CENTRE_PX = WIDTH / 2
WALL_M = 24.0
"""The far side of the plaza: the front of the café."""

LAMP = (2.75, 13.0, 4.45)
"""The street lamp's globe: metres to the right, from the camera, over the ground."""

TREE, BENCH = (-3.05, 9.2), (3.5, 10.4)
"""Where they stand: metres to the right, from the camera."""

SS = 2
"""What does not move is drawn this much larger and averaged down."""


def project(right_m: float, far_m: float, up_m: float = 0.0) -> tuple[float, float]:
    """Return the pixel (x, y) of a point of the scene."""
    return (
        CENTRE_PX + EYE_PX * right_m / far_m,
        HORIZON_PX + EYE_PX * (CAMERA_M - up_m) / far_m,
    )
