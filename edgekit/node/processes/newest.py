"""The supervisor's own memory of authorisations: which version is the newest that lay here.

It is kept apart from the clerk's: an eye is told both, and asks for the higher one. The supervisor
only ever raises it, whatever its file says while it runs.
"""

from edgekit.config import Settings
from edgekit.errors import EdgekitError
from edgekit.node.site import Site, load_site
from edgekit.node.status import read_state, write_state

NAME = "newest.json"


class Newest:
    """The newest version of one site's authorisation.

    Args:
        settings: the site's; the file lies in its storage.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path = settings.storage.directory / NAME
        kept = read_state(self._path)
        same = kept.get("site") == settings.site.name
        self.version = version if same and type(version := kept.get("version")) is int else 0

    def look(self, now_s: int) -> Site | None:
        """Return what is authorised now, and keep its version; None where nothing is."""
        try:
            site = load_site(self._settings.path, now_s=now_s)
        except EdgekitError:  # eye and clerk say themselves what is wrong
            return None
        if site.authorisation.version > self.version:
            self.version = site.authorisation.version
            write_state(self._path, {"site": self._settings.site.name, "version": self.version})
        return site
