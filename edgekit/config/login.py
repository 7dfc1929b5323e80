"""Where the name and password of a network camera stand: in a file that one process reads."""

from edgekit.errors import ConfigError


def require_no_login(source: str, *, lax: bool) -> None:
    """Refuse a login in the address itself: all processes read it, under ``[users]`` everybody.

    Args:
        source: ``camera.source``.
        lax: whether it is taken all the same: one user's processes, and no wall is asked for.

    Raises:
        ConfigError: there is one.
    """
    host = source.partition("://")[2].partition("/")[0]
    if "@" in host and not lax:
        raise ConfigError(
            "camera.source holds a login: every process of the node reads it there",
            hint='put name:password into a file of mode 0600 and say login = "keys/camera.login"; '
            "only the fetcher is given that",
        )


def require_network(source: str) -> None:
    """Raise ConfigError where a login is for a camera that needs none."""
    if "://" not in source:
        raise ConfigError(
            "camera.login is for a camera on the network: expected a source with ://",
            hint="take camera.login out",
        )
