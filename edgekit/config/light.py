"""``[light]``: a camera that is held at one exposure and was calibrated against a meter."""

from dataclasses import dataclass

from edgekit.config.table import Table
from edgekit.errors import ConfigError

MOST_EXPOSURE_MS, MOST_GAIN = 1_000, 65_535
MOST_LUX_AT_ONE = 1e9
LEAST_FACTOR, MOST_FACTOR = 2, 100
"""What scenes reflect alone makes a factor of 2: nobody states less by hand."""

MOST_LUX = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """``[light]``, as ``edgekit calibrate --lux`` writes it.

    Attributes:
        exposure_ms: how long the shutter is open; set before the eye is sealed, and never after.
        gain: what the camera's control is set to, in its own unit; None where it has none.
        lux_at_one: illuminance of a scene whose luminance is 1 at one second.
        factor: the stated error: the truth lies within lux / factor and lux x factor.
        pairs: (mean luminance, lux of the meter) that it was calibrated by; more can be added.
    """

    exposure_ms: float
    gain: int | None
    lux_at_one: float
    factor: float
    pairs: tuple[tuple[float, float], ...] = ()

    def words(self) -> str:
        """Say how the lux of the records are to be read."""
        return (
            f"lux are measured by the camera, at {self.exposure_ms:g} ms: the truth lies within a "
            f"factor of {self.factor:.2f} while the scene looks as it did; where a picture is too "
            "dark or too bright there is no number."
        )

    def to_toml(self) -> str:
        """Return it as it stands in a site.toml."""
        gain = () if self.gain is None else (f"gain = {self.gain}",)
        pairs = ", ".join(f"[{luminance:.4g}, {lux:g}]" for luminance, lux in self.pairs)
        lines = (
            "[light]",
            f"exposure_ms = {self.exposure_ms:g}",
            *gain,
            f"lux_at_one = {self.lux_at_one:.4g}",
            f"factor = {self.factor:.3g}  # the truth lies within lux / factor and lux x factor",
            f"pairs = [{pairs}]  # luminance, lux of the meter",
        )
        return "\n".join(lines) + "\n"


def read_light(table: Table | None, *, fps: int, steady: bool) -> Light | None:
    """Read ``[light]``; None where it is absent.

    Args:
        table: the table.
        fps: frames a second of the camera; a shutter can't be open for longer than one.
        steady: whether the source's exposure can be held, or was what it was when it was recorded.

    Raises ConfigError.
    """
    if table is None:
        return None
    light = Light(
        exposure_ms=table.number("exposure_ms", 0.01, MOST_EXPOSURE_MS),
        gain=table.whole_or_none("gain", 0, MOST_GAIN),
        lux_at_one=table.number("lux_at_one", 1e-6, MOST_LUX_AT_ONE),
        factor=table.number("factor", LEAST_FACTOR, MOST_FACTOR),
        pairs=_pairs(table),
    )
    table.done()
    require_exposure(light.exposure_ms, fps=fps, steady=steady)
    return light


def require_exposure(exposure_ms: float, *, fps: int, steady: bool) -> None:
    """Raise ConfigError where this source can't be held at this exposure."""
    if not steady:
        raise ConfigError(
            "light: the exposure of a stream or a drawn scene can't be held from here",
            hint="use a camera on this machine, or a light sensor; without [light] the brightness "
            "is a rough one",
        )
    if exposure_ms > 1000 / fps:
        raise ConfigError(
            f"light.exposure_ms {exposure_ms:g}: expected at most {1000 / fps:g} at {fps} frames a "
            "second",
            hint="lower camera.fps, or raise the gain",
        )


def _pairs(table: Table) -> tuple[tuple[float, float], ...]:
    found = table.number_pairs("pairs")
    for luminance, lux in found:
        if not (0 < luminance <= 1 and 0 < lux <= MOST_LUX):
            raise ConfigError(
                f"light.pairs: [{luminance:g}, {lux:g}]: expected a luminance of 0 to 1 and lux "
                "above 0"
            )
    return found
