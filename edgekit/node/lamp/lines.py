"""The clerk's ends of all that a lamp is told."""

from collections.abc import Iterable, Mapping

from edgekit.node.lamp.daylight_line import DaylightWriter
from edgekit.node.lamp.presence_line import PresenceWriter
from edgekit.node.site import Site
from edgekit.privacy.tally import Channel
from edgekit.records import Observation


class LampLines:
    """Whether somebody is there, and how bright it is; where no lamp is configured, nothing.

    Args:
        site: its settings say whether there is a lamp, and what it follows.
        channels: what each channel means.

    Raises ConfigError where what the lamp follows is no authorised number.
    """

    def __init__(self, site: Site, channels: Mapping[int, Channel]) -> None:
        self._lines = (PresenceWriter(site, channels), DaylightWriter(site, channels))

    def see(self, observations: Iterable[Observation]) -> None:
        """Take what the eye said."""
        heard = tuple(observations)
        for line in self._lines:
            line.see(heard)

    def tell(self, *, seeing: bool, paused: bool) -> None:
        """Write what is known now; the arguments are those of each line."""
        for line in self._lines:
            line.tell(seeing=seeing, paused=paused)
