"""The scribe signs window after window; what these have in common is checked and written once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edgekit.errors import VerificationError
from edgekit.provenance import Wall
from edgekit.records import (
    Aggregate,
    ClockTrust,
    Event,
    Profile,
    RecordHead,
    SignedRecord,
    Unit,
)
from edgekit.signing.batch import Batch
from edgekit.signing.canonical import MAX_INTEGER, flat_to_bytes
from edgekit.signing.dsse import pae
from edgekit.signing.keys import Signer
from edgekit.signing.line import envelope_of
from edgekit.signing.record import RECORD_TYPE, fields_of, require_own
from edgekit.signing.schema import require_fields

MAX_FORMS = 1024
"""So many forms are remembered; a site has a few for each of its metrics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """A payload with places left open for what changes from window to window."""

    text: str
    window_s: int


class Scribe:
    """Signs releases of one device, as `record.sign_release` does, and quicker.

    Args:
        head: what the records have in common; clock, wall and sequence are given with each batch.
        signer: the device's key.

    Raises VerificationError where the head is another device's.
    """

    def __init__(self, head: RecordHead, signer: Signer) -> None:
        require_own(head, signer)
        self._head = head
        self._signer = signer
        self._forms: dict[tuple[object, ...], _Form] = {}

    def sign(
        self, releases: Sequence[Aggregate | Event], first: int, *, clock: ClockTrust, wall: Wall
    ) -> Batch:
        """Sign what the gate released; sequences run on from ``first``.

        Raises VerificationError where no reader would accept one of them.
        """
        head = replace(self._head, sequence=0, clock=clock, wall=wall)
        records = []
        for sequence, release in enumerate(releases, first):
            payload = self._payload(release, head, sequence)
            signature = self._signer.sign(pae(RECORD_TYPE, payload))
            envelope = envelope_of(payload, head.device, signature)
            records.append(SignedRecord(sequence=sequence, envelope=envelope))
        times = [one.t_s if isinstance(one, Event) else one.window_start_s for one in releases]
        return Batch(
            records=tuple(records),
            first=first,
            device=head.device,
            site=head.site,
            last_t_s=max(times, default=None),
        )

    def _payload(self, release: Aggregate | Event, head: RecordHead, sequence: int) -> bytes:
        if isinstance(release, Event):  # rare, and none is like another
            fields = fields_of(release, replace(head, sequence=sequence))
            require_fields(fields)
            return flat_to_bytes(fields)
        value = release.value
        key = (
            *(head.clock, head.wall, release.metric, release.unit, release.window_s),
            *(release.status, release.reason, release.uptime_percent, release.quality),
            *(release.profile, release.epsilon_milli, release.epsilon_day_milli, value is None),
        )
        form = self._forms.get(key) or self._new_form(key, release, head)
        start_s = release.window_start_s
        if start_s % form.window_s or not 0 <= start_s <= MAX_INTEGER:
            raise VerificationError(
                f"window starts at {start_s}: off the grid of {form.window_s} s"
            )
        noisy = release.profile is Profile.DP and release.unit is Unit.COUNT
        lowest = -MAX_INTEGER if noisy else 0
        for number, low in ((sequence, 0), (0 if value is None else value, lowest)):
            if not low <= number <= MAX_INTEGER:
                raise VerificationError(f"record {sequence} with {number}: expected a whole number")
        return (form.text % {"value": value, "sequence": sequence, "start_s": start_s}).encode()

    def _new_form(self, key: tuple[object, ...], release: Aggregate, head: RecordHead) -> _Form:
        fields = fields_of(replace(release, window_start_s=0), head)
        require_fields(fields)
        open_places = {"sequence": "%(sequence)d", "window_start_s": "%(start_s)d"}
        if release.value is not None:
            open_places[release.unit.value] = "%(value)d"
        parts = [
            f'"{name}":{open_places[name]}'
            if name in open_places
            else flat_to_bytes({name: fields[name]}).decode()[1:-1].replace("%", "%%")
            for name in sorted(fields)
        ]
        form = _Form(text=f"{{{','.join(parts)}}}", window_s=release.window_s)
        if len(self._forms) >= MAX_FORMS:
            self._forms.clear()
        self._forms[key] = form
        return form
