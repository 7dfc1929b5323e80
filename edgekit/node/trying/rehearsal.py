"""What would leave in a public place: the run of a `local` site, held against `sdc-10-5`.

Nothing of it leaves or is signed into the ledger; it is there to be read beside the exact numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from edgekit.consent.metric import Metric, metrics_of
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.terms import LawfulBasis
from edgekit.errors import ConsentError
from edgekit.node.status import write_state
from edgekit.privacy.independence import clashes
from edgekit.privacy.profile import RULES
from edgekit.privacy.tally import WindowTally
from edgekit.records import Aggregate, Profile, SignedRecord, Unit

REHEARSAL = "rehearsal.json"


class Rehearsal:
    """Adds up what a whole run counted, as if it had been one window in a public place.

    Args:
        authorisation: of the site as it is.
    """

    def __init__(self, authorisation: SiteAuthorisation) -> None:
        self._window_s = RULES[Profile.SDC_10_5].min_window_s
        self.authorisation = _in_public(authorisation, self._window_s)
        self._values: dict[str, list[tuple[int, int]]] = {}  # value and weight

    def add(self, tally: WindowTally) -> None:
        """Take one closed window."""
        for metric, value in tally.values.items():
            if value is not None and tally.uptime_ms:
                weight = tally.behind.get(metric, 1)
                self._values.setdefault(metric, []).append((value, weight))

    def tally(self, now_s: int) -> WindowTally:
        """Return the run as one whole window of the public grid."""
        return WindowTally(
            start_s=now_s - now_s % self._window_s,
            window_s=self._window_s,
            values={metric: _together(metric, told) for metric, told in self._values.items()},
            behind={metric: sum(n for _, n in told) for metric, told in self._values.items()},
            uptime_ms=self._window_s * 1000,
            reason=None,
        )


def _together(metric: str, told: Sequence[tuple[int, int]]) -> int:
    """Return the sum of what adds up, the mean of everything else."""
    if Metric.parse(metric).unit is Unit.COUNT:
        return sum(value for value, _ in told)
    return round(sum(value * weight for value, weight in told) / sum(weight for _, weight in told))


def rehearsal_of(authorisation: SiteAuthorisation) -> Rehearsal | None:
    """Return the rehearsal of a `local` site; None where nothing of it could be told in public."""
    if authorisation.profile is not Profile.LOCAL:
        return None
    try:
        return Rehearsal(authorisation)
    except ConsentError:
        return None


def rehearse(
    rehearsal: Rehearsal | None,
    *,
    now_s: int,
    release: Callable[[SiteAuthorisation, WindowTally], Sequence[Aggregate]],
    sign: Callable[[Sequence[Aggregate]], Sequence[SignedRecord]],
    directory: Path,
) -> None:
    """Write what would have left, and how many bytes it is, as a small JSON object.

    Args:
        rehearsal: the whole run; nothing is written where there was none.
        now_s: Unix time.
        release: what a gate of this authorisation makes of a tally.
        sign: what the clerk's books would write next, without writing it.
        directory: where the clerk's own files are.
    """
    if rehearsal is None:
        return
    aggregates = release(rehearsal.authorisation, rehearsal.tally(now_s))
    write_state(directory / REHEARSAL, rehearsed(aggregates, sign(aggregates)))


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
    """Return the authorisation as a public place could have it: what can't leave together is out.

    What a first draft asks for stays before anything else. Raises ConsentError where nothing is
    left.
    """
    outputs = tuple(
        replace(
            output,
            profile=Profile.SDC_10_5,
            window_s=window_s,
            recipients=("the public",),
        )
        for output in authorisation.outputs
        if not output.metric.endswith(".total") and not Metric.parse(output.metric).of_system
    )
    public = replace(
        authorisation,
        profile=Profile.SDC_10_5,
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        legitimate_interests=None,
        supervisory_authority=authorisation.supervisory_authority or "(rehearsal)",
        outputs=outputs,
        notice_digest="",
    )
    plain = metrics_of(authorisation.view)
    while (clash := next(clashes(public), None)) is not None:
        special = [metric for metric in clash.outputs if metric not in plain]
        dropped = (special or clash.outputs)[-1]
        kept = tuple(one for one in public.outputs if one.metric != dropped)
        public = replace(public, outputs=kept, notice_digest="")
    return public
