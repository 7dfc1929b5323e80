"""What leaves of closed windows: the gate, and the noise that was drawn when each of them began."""

from collections.abc import Sequence

from edgekit.consent.site import SiteAuthorisation
from edgekit.privacy.budget import noisy_metrics
from edgekit.privacy.gate import Gate
from edgekit.privacy.noise import Below, Noise
from edgekit.privacy.profile import RULES
from edgekit.privacy.tally import WindowTally
from edgekit.records import Aggregate, Event


class Outflow:
    """Releases window after window; each gets its noise once, or has none for ever.

    Args:
        authorisation: what the organisation signed.
        gate: of that authorisation.
        below: where randomness comes from, such as ``secrets.randbelow``.
    """

    def __init__(self, authorisation: SiteAuthorisation, gate: Gate, *, below: Below) -> None:
        scale = RULES[authorisation.profile].noise_scale
        metrics = noisy_metrics(authorisation) if scale else ()
        self._gate = gate
        self._noise = Noise(metrics, scale=scale, below=below)

    def turn(self, closed: Sequence[WindowTally], open_s: int) -> list[Aggregate | Event]:
        """Return what is released of the windows that closed; ``open_s`` begins the open one."""
        releases: list[Aggregate | Event] = []
        for tally in closed:
            releases += self._gate.release(tally, self._noise.take(tally.start_s))
            releases += self._gate.corrections(tally)
        self._noise.open(open_s)
        return releases
