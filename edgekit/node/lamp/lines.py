"""Both named pipes to the lamp, where the site has a lamp that follows what is seen."""

from collections.abc import Mapping, Sequence

from edgekit.node.lamp.daylight_line import DaylightWriter
from edgekit.node.lamp.presence_line import PresenceWriter
from edgekit.node.site import Site
from edgekit.privacy.tally import Channel
from edgekit.records import Observation


class LampLines:
    """The clerk's ends of them.

    Args:
        site: settings and authority.
        channels: what each channel means.
    """

    def __init__(self, site: Site, channels: Mapping[int, Channel]) -> None:
        self._lines = (PresenceWriter(site, channels), DaylightWriter(site, channels))

    def see(self, heard: Sequence[Observation]) -> None:
        """Take what the eye said."""
        for line in self._lines:
            line.see(heard)

    def tell(self, *, seeing: bool, paused: bool) -> None:
        """Tell the lamp, where that is due."""
        for line in self._lines:
            line.tell(seeing=seeing, paused=paused)
