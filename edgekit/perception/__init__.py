"""Motion, tracks, lines, zones, light and the health of the view. Nothing here has passed the gate."""
