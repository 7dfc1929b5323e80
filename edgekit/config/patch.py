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
    span = _span(lines, name)
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


def _span(lines: list[str], name: str) -> tuple[int, int] | None:
    """Return the lines from the table's header to its last key."""
    own = re.compile(rf"""\s*\[\s*(["']?){re.escape(name)}\1\s*\]\s*(#.*)?""")
    start = next((i for i, line in enumerate(lines) if own.fullmatch(line.rstrip("\r\n"))), None)
    if start is None:
        return None
    end = start + 1
    for index in range(start + 1, len(lines)):
        line = lines[index].rstrip("\r\n")
        if _HEADER.fullmatch(line):
            break
        if line.strip() and not line.lstrip().startswith("#"):
            end = index + 1
    return start, end


def _parsed(text: str, path: Path) -> dict[str, object] | None:
    try:
        return parse_toml(text, path)
    except ConfigError:
        return None
