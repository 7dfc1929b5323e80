"""What would leave in a public place: the run of a `local` site, held against `sdc-10-5`.

Nothing of it leaves or is signed into the ledger; it is there to be read beside the exact numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.terms import LawfulBasis
from edgekit.errors import ConsentError
from edgekit.privacy.profile import RULES
from edgekit.privacy.tally import WindowTally
from edgekit.records import Aggregate, Profile, SignedRecord

REHEARSAL = "rehearsal.json"


class Rehearsal:
    """Adds up what a whole run counted, as if it had been one window in a public place.

    Args:
        authorisation: of the site as it is.
    """

    def __init__(self, authorisation: SiteAuthorisation) -> None:
        self._window_s = RULES[Profile.SDC_10_5].min_window_s
        self.authorisation = _in_public(authorisation, self._window_s)
        self._means = {o.metric for o in authorisation.outputs if not o.metric.startswith("line.")}
        self._values: dict[str, list[int]] = {}

    def add(self, tally: WindowTally) -> None:
        """Take one closed window."""
        for metric, value in tally.values.items():
            if value is not None and tally.uptime_ms:
                self._values.setdefault(metric, []).append(value)

    def tally(self, now_s: int) -> WindowTally:
        """Return the run as one whole window of the public grid."""
        return WindowTally(
            start_s=now_s - now_s % self._window_s,
            window_s=self._window_s,
            values=self._totals(),
            uptime_ms=self._window_s * 1000,
            reason=None,
        )

    def _totals(self) -> Mapping[str, int]:
        return {
            metric: round(sum(values) / len(values)) if metric in self._means else sum(values)
            for metric, values in self._values.items()
        }


def rehearsal_of(authorisation: SiteAuthorisation) -> Rehearsal | None:
    """Return the rehearsal of a site, or None where nothing of it could be released in public."""
    try:
        return Rehearsal(authorisation)
    except ConsentError:
        return None


def rehearsed(
    aggregates: Sequence[Aggregate], records: Sequence[SignedRecord]
) -> dict[str, object]:
    """Return what would have left, and how many bytes it is, as a small JSON object."""
    return {
        "profile": Profile.SDC_10_5,
        "bytes": sum(len(record.envelope) for record in records),
        "outputs": [
            {"metric": a.metric, "status": a.status, a.unit.value: a.value} for a in aggregates
        ],
    }


def _in_public(authorisation: SiteAuthorisation, window_s: int) -> SiteAuthorisation:
    outputs = tuple(
        replace(
            output,
            profile=Profile.SDC_10_5,
            window_s=window_s,
            recipients=("the public",),
        )
        for output in authorisation.outputs
        if not output.metric.endswith(".total")
    )
    return replace(
        authorisation,
        profile=Profile.SDC_10_5,
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        legitimate_interests=None,
        supervisory_authority=authorisation.supervisory_authority or "(rehearsal)",
        outputs=outputs,
        notice_digest="",
    )
