"""``edgekit calibrate --lux``: tell lux from pictures by a meter beside the camera."""

import argparse
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from edgekit.cli.writing import replace_file
from edgekit.config import Settings
from edgekit.config.document import read_text
from edgekit.config.light import MOST_GAIN, MOST_LUX, Light, require_exposure
from edgekit.config.patch import with_table
from edgekit.errors import ConfigError

if TYPE_CHECKING:
    from edgekit.perception.photometer import Exposed

_OTHERS = ("points", "cm", "rectangle", "size", "axis", "source")
_GOOD_LUMINANCE = 0.18
_MOST_PAIRS = 50
EXAMPLE = "edgekit calibrate --site site.toml --lux 340 --exposure-ms 10 --gain 0 --write"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    light = parser.add_argument_group(
        "light",
        "With --lux it tells lux from pictures instead, and prints the [light] of a site.toml. The "
        "camera is held at one exposure and gain. Done again at another time of the day, it takes "
        "the pairs together and knows better how far camera and meter differ.",
    )
    light.add_argument(
        "--lux", type=float, metavar="LX", help="what a meter beside the camera shows now"
    )
    light.add_argument("--exposure-ms", type=float, metavar="MS", help="how long the shutter opens")
    light.add_argument("--gain", type=int, help="of the camera, in its own unit")


def run(args: argparse.Namespace) -> int:
    """Look at the source, take the pair with those before, say the error, write the table."""
    _require_sense(args)
    text = read_text(args.site)
    settings = Settings.from_text(text, path=args.site)
    asked = _asked(args, settings)
    picture = _look(replace(settings, light=asked))
    _require_measurable(picture, asked, settings.camera.fps)
    found = _calibrated(asked, picture, args.lux)
    block = found.to_toml()
    if args.write:
        replace_file(args.site, with_table(text, "light", block, path=args.site).encode())
        _say(f"{args.site} has the new [light]")
    for words in _words(found, picture, args.lux):
        _say(words)
    print(json.dumps(_as_json(found)) if args.json else block, end="\n" if args.json else "")
    return 0


def _require_sense(args: argparse.Namespace) -> None:
    given = [name for name in _OTHERS if getattr(args, name)]
    if given or args.zone:
        raise ConfigError(
            f"--lux and {(given or ['zone'])[0]}: expected one of the two", hint=EXAMPLE
        )
    if args.site is None:
        raise ConfigError("--lux needs --site: expected the camera that is used", hint=EXAMPLE)
    if not 0 < args.lux <= MOST_LUX:
        raise ConfigError(f"--lux {args.lux:g}: expected more than 0, at most {MOST_LUX}")
    if args.gain is not None and not 0 <= args.gain <= MOST_GAIN:
        raise ConfigError(f"--gain {args.gain}: expected 0 to {MOST_GAIN}")


def _asked(args: argparse.Namespace, settings: Settings) -> Light:
    """Return what the camera is to be held at, with the pairs that were taken at the same."""
    before = settings.light
    exposure_ms = args.exposure_ms
    if exposure_ms is None:
        if before is None:
            raise ConfigError("--lux needs --exposure-ms the first time", hint=EXAMPLE)
        exposure_ms = before.exposure_ms
    if not exposure_ms > 0:
        raise ConfigError(f"--exposure-ms {exposure_ms:g}: expected more than 0")
    require_exposure(exposure_ms, fps=settings.camera.fps, steady=settings.camera.steady)
    gain = args.gain if args.gain is not None or before is None else before.gain
    same = before is not None and (before.exposure_ms, before.gain) == (exposure_ms, gain)
    pairs = before.pairs if before is not None and same else ()
    return Light(exposure_ms=exposure_ms, gain=gain, lux_at_one=1.0, factor=2.0, pairs=pairs)


def _look(settings: Settings) -> "Exposed":
    from edgekit.node.clock import now_ms  # noqa: PLC0415 -- pixels only when needed
    from edgekit.node.pictures.light_reading import read_light  # noqa: PLC0415 -- likewise
    from edgekit.node.sensing.sight import open_camera  # noqa: PLC0415 -- likewise
    from edgekit.node.site import require_look  # noqa: PLC0415 -- likewise

    if settings.light is None:
        raise TypeError(settings)
    require_look(settings, now_s=now_ms() // 1000)
    source = open_camera(settings, now_ms, realtime=False)
    return read_light(source, exposure_s=settings.light.exposure_ms / 1000)


def _require_measurable(picture: "Exposed", asked: Light, fps: int) -> None:
    if picture.measurable:
        return
    bright = picture.luminance > _GOOD_LUMINANCE or picture.clipped > 0
    share = _GOOD_LUMINANCE / max(picture.luminance, _GOOD_LUMINANCE / 50)
    better_ms = asked.exposure_ms * (min(share, 0.5) if bright else share)
    more = "" if better_ms <= 1000 / fps else ", a higher --gain, or fewer frames a second"
    raise ConfigError(
        f"the picture is too {'bright' if bright else 'dark'} to tell anything: luminance "
        f"{picture.luminance:.4f}, {picture.clipped:.0%} of it clipped",
        hint=f"try --exposure-ms {min(better_ms, 1000 / fps):.2g}{more}",
    )


def _calibrated(asked: Light, picture: "Exposed", lux: float) -> Light:
    from edgekit.perception.photometer import Exposed, calibrate  # noqa: PLC0415 -- likewise

    exposure_s = asked.exposure_ms / 1000
    pairs = (*asked.pairs, (float(f"{picture.luminance:.4g}"), lux))[-_MOST_PAIRS:]
    photometer = calibrate(
        [(Exposed(luminance=one, exposure_s=exposure_s), meter) for one, meter in pairs]
    )
    return replace(
        asked,
        lux_at_one=photometer.lux_at_one,
        factor=photometer.stated_factor,
        pairs=pairs,
    )


def _words(found: Light, picture: "Exposed", lux: float) -> tuple[str, ...]:
    n = len(found.pairs)
    pairs = "one pair" if n == 1 else f"{n} pairs"
    low_lux, high_lux = _range_lux(found)
    return (
        f"luminance {picture.luminance:.4f} where the meter shows {lux:g} lx",
        (
            f"calibrated by {pairs}; stated error: the truth lies within a factor of "
            f"{found.factor:.2f} (said {lux:g} lx: {lux / found.factor:.0f} to "
            f"{lux * found.factor:.0f} lx)"
        ),
        f"below {low_lux:.0f} lx and above {high_lux:.0f} lx it says nothing",
    )


def _range_lux(found: Light) -> tuple[float, float]:
    from edgekit.perception import photometer  # noqa: PLC0415 -- pixels only when needed

    darkest, brightest = (
        luminance * found.lux_at_one * 1000 / found.exposure_ms
        for luminance in (photometer.DARKEST, photometer.BRIGHTEST)
    )
    return max(darkest, photometer.LEAST_LUX), min(brightest, photometer.MOST_LUX)


def _as_json(found: Light) -> dict[str, Any]:
    return {
        "exposure_ms": found.exposure_ms,
        "gain": found.gain,
        "lux_at_one": found.lux_at_one,
        "factor": found.factor,
        "pairs": found.pairs,
    }


def _say(words: str) -> None:
    print(f"edgekit: {words}", file=sys.stderr)
