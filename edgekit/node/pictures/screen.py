"""Whether a window opens on this machine's own screen. A picture shown elsewhere has left."""

from pathlib import Path

from edgekit.errors import ConfigError

SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108 -- where X servers listen, by convention
ABSTRACT = Path("/proc/net/unix")
INSTEAD = "sit at this machine's own screen, or count at the door: edgekit tally OUT.csv --keys …"


def require_local_screen(
    display: str | None, *, sockets: Path = SOCKETS, abstract: Path = ABSTRACT
) -> None:
    """Raise ConfigError unless DISPLAY names an X server of this machine, by a socket of its own.

    ``localhost:10`` is how ssh forwards windows to another machine, so a host is always refused.
    An X server that itself passes pictures on (VNC) looks like any other from here.
    """
    if not display:
        raise ConfigError("there is no screen: DISPLAY is not set", hint=INSTEAD)
    host, colon, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not colon or not (number.isascii() and number.isdecimal()):
        raise ConfigError(f"DISPLAY {display!r:.60} names no screen", hint=INSTEAD)
    if host not in ("", "unix"):
        raise ConfigError(
            f"DISPLAY {display!r:.60} leads through {host!r:.40}: the picture would leave this "
            "machine",
            hint=INSTEAD,
        )
    path = sockets / f"X{number}"
    if not path.exists() and not _listens(f"@{path}", abstract):
        raise ConfigError(
            f"DISPLAY {display!r:.60}: no X server of this machine listens there", hint=INSTEAD
        )


def _listens(name: str, abstract: Path) -> bool:
    try:
        lines = abstract.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return any(line.endswith(f" {name}") for line in lines)
