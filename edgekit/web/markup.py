"""HTML and SVG made of elements: what is not an element itself is text, and is escaped.

tag("p", "5 < 6", class_="more")    ->    <p class="more">5 &lt; 6</p>
"""

from collections.abc import Iterable
from html import escape

_EMPTY = frozenset({"meta", "link", "input", "rect", "path", "line"})
_DRAWN = frozenset({"rect", "path", "line"})


class Markup(str):
    """Text that is markup already: only what is made here."""

    __slots__ = ()


def tag(name: str, /, *inside: str, **attributes: str | None) -> Markup:
    """Return an element; an attribute that is None is left out, an empty one stands by itself.

    ``class_`` and ``for_`` are written without their underscore, others in the middle as hyphens.
    """
    words = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _EMPTY:
        return Markup(f"<{name}{words}{'/' if name in _DRAWN else ''}>")
    return Markup(f"<{name}{words}>{joined(inside)}</{name}>")


def joined(parts: Iterable[str]) -> Markup:
    """Return parts one after another, each escaped where it is not markup."""
    return Markup(
        "".join(part if isinstance(part, Markup) else escape(part, quote=False) for part in parts)
    )


def _attribute(key: str, value: str | None) -> str:
    if value is None:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f' {name}="{escape(value)}"' if value else f" {name}"
