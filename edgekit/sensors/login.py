"""The name and password of a camera on the network, put into its address.

address = with_login("rtsp://192.0.2.7/1", ("viewer", "secret"))

They stand in a file of their own (`edgekit.config.login`): the fetcher reads it, and no other
process of a node is told.
"""

from urllib.parse import quote, urlsplit, urlunsplit


def with_login(address: str, login: tuple[str, str] | None) -> str:
    """Return the address with (name, password) in it; as it is where there is none."""
    if login is None:
        return address
    name, password = (quote(part, safe="") for part in login)
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=f"{name}:{password}@{parts.netloc.rpartition('@')[2]}"))
