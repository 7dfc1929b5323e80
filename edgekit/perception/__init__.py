"""Motion, tracks, lines, zones, light, view health. Nothing here has passed the gate."""
