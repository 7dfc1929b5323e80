"""The words of the notice: one table a language, all with the same keys."""

from collections.abc import Collection, Mapping

from edgekit.consent.catalogue import de, en, es, fr, it
from edgekit.consent.terms import SensorKind, eye_of
from edgekit.errors import ConfigError

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": en.TEXTS,
    "de": de.TEXTS,
    "fr": fr.TEXTS,
    "es": es.TEXTS,
    "it": it.TEXTS,
}


def texts_of(locale: str) -> Mapping[str, str]:
    """Return the words of a language; ConfigError where there are none."""
    if locale not in TEXTS:
        raise ConfigError(
            f"no texts in {locale!r}: expected {' or '.join(sorted(TEXTS))}",
            hint="a language is one more table in edgekit/consent/catalogue/",
        )
    return TEXTS[locale]


_ENDS: Mapping[SensorKind | None, tuple[str, ...]] = {
    SensorKind.CAMERA: (),
    SensorKind.THERMAL_ARRAY: (".thermal_array",),
    SensorKind.MICROPHONE: (".meters", ".microphone"),
    None: (".meters",),
}
"""What the names of texts end in that are for sites whose eye is no camera, the last before all."""


def worded(
    texts: Mapping[str, str], kinds: Collection[SensorKind], decided: Collection[str] = ()
) -> Mapping[str, str]:
    """Return the words for a site that senses with these, and whose eye decides for systems."""
    ends = _ENDS[eye_of(kinds)]
    if len(kinds) > 1:  # what only hears is called by its name; among meters it is one of them
        ends = ends[:1]
    ends = (*ends, *(f".decides_{name}" for name in decided))
    if not ends:
        return texts
    told = dict(texts)
    for end in ends:
        told |= {key.removesuffix(end): one for key, one in texts.items() if key.endswith(end)}
    return told


def every(texts: Mapping[str, str], window_s: int) -> str:
    """Return how often, in words."""
    for unit, length_s in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if window_s == length_s:
            return texts[f"every.1{unit}"]
        if window_s % length_s == 0:
            return texts[f"every.{unit}"].format(n=window_s // length_s)
    return texts["every.1s" if window_s == 1 else "every.s"].format(n=window_s)


def lasting(texts: Mapping[str, str], duration: str) -> str:
    """Return a duration like P1Y6M in words."""
    words: list[str] = []
    number = ""
    for sign in duration.removeprefix("P"):
        if sign.isdigit():
            number += sign
            continue
        key = f"time.1{sign}" if int(number) == 1 else f"time.{sign}"
        words.append(texts[key].format(n=int(number)))
        number = ""
    return ", ".join(words)
