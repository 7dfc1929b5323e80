"""What a system can tell, with its name, as the one table of `edgekit.consent.systems` says it."""

from dataclasses import dataclass

from edgekit.consent.decided import DECIDING
from edgekit.consent.sensitivity import Measure, Sensitivity
from edgekit.consent.systems import SYSTEMS
from edgekit.errors import ConfigError
from edgekit.privacy.profile import words_of
from edgekit.records import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One number that a system can give to the gate: ``metric`` is ``SYSTEM.WHAT``."""

    metric: str
    measure: Measure

    @property
    def sensitivity(self) -> Sensitivity:
        """Whom it is about."""
        return self.measure.sensitivity

    def words(self, profile: Profile) -> str:
        """Say what the gate does with it under a profile."""
        if self.measure.kind is None:
            return "not told: no process of the node measures it"
        deciding = DECIDING.get(self.metric.partition(".")[0])
        if deciding is not None and profile not in deciding.profiles:
            return "not told: nothing is decided under this profile"
        return words_of(profile, self.measure)


def outputs_of(name: str) -> tuple[Output, ...]:
    """Return what a system can tell; ConfigError where there is no such system."""
    if name not in SYSTEMS:
        raise ConfigError(f"there is no system {name!r}", hint=f"there are {', '.join(SYSTEMS)}")
    return tuple(
        Output(metric=f"{name}.{what}", measure=measure) for what, measure in SYSTEMS[name].items()
    )
