"""Whether a driver has said yes, by the device's own records: without it there is no lease.

The clerk alone can read them. Who sits before the camera is not found out: the consent opens the
eye, and whoever takes the wheel without it takes its power away, or withdraws.
"""

from collections.abc import Callable

from edgekit.consent.decided import decided_at
from edgekit.consent.enrolment import Service
from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import ConsentError, EdgekitError
from edgekit.node.keeping.enrolled import Enrolled

_NOBODY = (
    "no driver has said yes to be watched: edgekit consent give site.toml drowsiness, by the "
    "driver's own hand"
)


class Drivers:
    """The consents of drivers at one site.

    Args:
        site: what was signed; whose notice the driver has read.
        open_enrolled: opens the records of the device.
    """

    def __init__(self, site: SiteAuthorisation, open_enrolled: Callable[[], Enrolled]) -> None:
        self._site = site
        self._wanted = Service.DROWSINESS.value in decided_at(site)
        self._open = open_enrolled
        self._enrolled: Enrolled | None = None
        self._asked_s = -1
        self._why = _NOBODY

    def missing(self, now_s: int) -> str:
        """Return why nobody may be watched now, or nothing; looked up once a second."""
        if not self._wanted:
            return ""
        if now_s != self._asked_s:
            self._asked_s, self._why = now_s, self._looked_up(now_s)
        return self._why

    def _looked_up(self, now_s: int) -> str:
        why = _NOBODY
        try:
            if self._enrolled is None:
                self._enrolled = self._open()
            people = self._enrolled.people()
        except EdgekitError as error:
            return str(error)
        for person in people:
            try:
                record = self._enrolled.get(person)
                if record.service is not Service.DROWSINESS or record.site != self._site.site:
                    continue
                record.require_given(now_s)
                if record.privacy_notice != self._site.notice_digest:
                    raise ConsentError("the driver said yes to another notice: ask anew")
            except EdgekitError as error:
                why = str(error)
                continue
            return ""
        return why
