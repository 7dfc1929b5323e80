"""What leaves of closed windows: the gate, and the noise that was drawn when each of them began."""

from collections.abc import Sequence

from edgekit.consent.site import SiteAuthorisation
from edgekit.privacy.budget import noisy_metrics
from edgekit.privacy.gate import Gate
from edgekit.privacy.noise import Below, Noise
from edgekit.privacy.profile import RULES
from edgekit.privacy.sources import Gathered
from edgekit.privacy.totals import Totals
from edgekit.records import Aggregate, Event


class Outflow:
    """Releases window after window; each gets its noise once, or has none for ever.

    Args:
        authorisation: what the organisation signed.
        gate: of that authorisation.
        below: where randomness comes from, such as ``secrets.randbelow``.
        totals: what was told of totals.
    """

    def __init__(
        self,
        authorisation: SiteAuthorisation,
        gate: Gate,
        below: Below,
        totals: Totals | None = None,
    ) -> None:
        scale = RULES[authorisation.profile].noise_scale
        metrics = noisy_metrics(authorisation) if scale else ()
        self._gate = gate
        self._totals = totals or Totals((), {})
        self._noise = Noise(metrics, scale=scale, below=below)

    def turn(self, closed: Sequence[Gathered], open_s: int) -> list[Aggregate | Event]:
        """Return what is released of the windows that closed; ``open_s`` begins the open one."""
        releases: list[Aggregate | Event] = []
        for one in closed:
            systems = {name: self._totals.moved(tally) for name, tally in one.systems.items()}
            noise = self._noise.take(one.eye.start_s)
            aggregates = self._gate.release(one.eye, noise, systems)
            self._totals.settle(aggregates)
            releases += aggregates
            releases += self._gate.corrections(one.eye)
        self._noise.open(open_s)
        return releases
