"""What a system says about itself, for `edgekit systems list` and `explain`."""

from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel
from edgekit.systems.outputs import Output, outputs_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One system in words.

    Attributes:
        name: of the module, and how the command line calls it.
        title: one line: what it does for whom.
        method: how, in a few sentences.
        source: the standards and papers, with sections.
        settings: the dataclass of its settings; its defaults are the standard's.
        channels: what it drives, each with its safe state; empty where it drives nothing.
        unknown: when it says that it does not know.
        fleeting: whether its state tells where people are, so that it is kept on no disk.

    Raises ConfigError where one of the texts is empty, or nothing says what it can tell.
    """

    name: str
    title: str
    method: str
    source: str
    unknown: str
    settings: type
    channels: tuple[Channel, ...] = ()
    fleeting: bool = False

    def __post_init__(self) -> None:
        if not all((self.name, self.title, self.method, self.source, self.unknown)):
            raise ConfigError(f"the card of {self.name!r} lacks words")
        self.outputs  # noqa: B018 -- raises where the table does not know it

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What it can give to the gate."""
        return outputs_of(self.name)

    @property
    def safe_states(self) -> str:
        """Where each channel goes without a command."""
        if not self.channels:
            return "drives nothing"
        return ", ".join(f"{channel.name} -> {channel.safe}" for channel in self.channels)
