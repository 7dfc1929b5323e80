"""Put one table into the text of a ``site.toml`` and leave everything else as it stands."""

import re
from pathlib import Path

from edgekit.config.document import parse_toml
from edgekit.errors import ConfigError

_HEADER = re.compile(r"""\s*\[\[?\s*[\w."'\- ]+?\s*\]\]?\s*(#.*)?""", re.ASCII)


def with_table(text: str, name: str, block: str, *, path: Path) -> str:
    """Return the text with the table ``[name]`` replaced, or added at its end.

    Args:
        text: of the file, valid TOML.
        name: of a table at the top, a bare key.
        block: the table as TOML, header included; empty to remove it.
        path: of the file, for errors.

    Every other byte stays: comments, order, blank lines, ends of lines. The result is read again
    and compared.

    Raises:
        ConfigError: the file says ``name`` in another form than a table of its own.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    block = block.replace("\n", newline)
    lines = text.splitlines(keepends=True)
    span = _span(lines, name, path)
    if span is not None:
        start, end = span
        changed = "".join((*lines[:start], block, *lines[end:]))
    elif block:
        gap = newline if text and not text.endswith("\n") else ""
        changed = f"{text}{gap}{newline if text else ''}{block}"
    else:
        changed = text
    before, after = parse_toml(text, path), _parsed(changed, path)
    wanted = parse_toml(block, path).get(name)
    before.pop(name, None)
    if after is None or after.pop(name, None) != wanted or after != before:
        raise ConfigError(
            f"{path} says {name!r} in a form that can't be replaced: expected [{name}] with its "
            "keys below it",
            hint=f"remove {name!r} from it by hand, then try again",
        )
    return changed


def _span(lines: list[str], name: str, path: Path) -> tuple[int, int] | None:
    """Return the lines from the table's header to its last key."""
    own = re.compile(rf"""\s*\[\s*(["']?){re.escape(name)}\1\s*\]\s*(#.*)?""")
    start = _header(lines, own, 0, path)
    if start is None:
        return None
    following = _header(lines, _HEADER, start + 1, path, since=start)
    end = len(lines) if following is None else following
    while end > start + 1 and lines[end - 1].strip()[:1] in ("", "#"):
        end -= 1
    return start, end


def _header(
    lines: list[str], header: re.Pattern[str], first: int, path: Path, *, since: int = 0
) -> int | None:
    """Return the first line from ``first`` on that is such a header.

    What looks like one inside a list or a text over several lines is none: what stands before it
    is no whole TOML then.
    """
    for index in range(first, len(lines)):
        if header.fullmatch(lines[index].rstrip("\r\n")):
            before = "".join(lines[since:index])
            if _parsed(before, path) is not None:
                return index
    return None


def _parsed(text: str, path: Path) -> dict[str, object] | None:
    try:
        return parse_toml(text, path)
    except ConfigError:
        return None
