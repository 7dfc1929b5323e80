"""Room for control laws: hysteresis, daylight harvesting, schedules, fail-safe."""
