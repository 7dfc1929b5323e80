"""Which of the eyes a site has: of passers-by, of warmth, of a driver. Nothing has passed the gate.

Each is loaded only where it is the one: what is not there can't be attacked.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from edgekit.config.driver import NAME as DRIVER
from edgekit.consent.decided import decided_at
from edgekit.node.clock import now_ms
from edgekit.node.sensing.origins import Origins
from edgekit.node.site import Site

if TYPE_CHECKING:
    from edgekit.node.sensing.driver_sight import DriverSight
    from edgekit.node.sensing.sight import Sight
    from edgekit.node.sensing.warm_sight import WarmSight

    AnySight = Sight | WarmSight | DriverSight


def open_sight(site: Site, origins: Origins, on_open: Callable[[], None]) -> "AnySight":
    """Open what this site sees with; raises as that does."""
    if site.settings.camera.thermal:
        from edgekit.node.sensing.warm_sight import WarmSight  # noqa: PLC0415 -- see above

        return WarmSight(site, clock_ms=now_ms, on_open=on_open)
    if DRIVER in decided_at(site.authorisation):
        from edgekit.node.sensing.driver_sight import DriverSight  # noqa: PLC0415 -- likewise

        return DriverSight(site, origins, clock_ms=now_ms, on_open=on_open)
    from edgekit.node.sensing.sight import Sight  # noqa: PLC0415 -- likewise

    return Sight(site, origins, clock_ms=now_ms, on_open=on_open)
