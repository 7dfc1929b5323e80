"""What the eye wires where a microphone hears: device, levels. Nothing here has passed the gate."""

from collections.abc import Callable
from pathlib import Path

from edgekit.config import Settings
from edgekit.errors import ConfigError
from edgekit.node.sensing.listener import Listener, Word
from edgekit.node.site import Site
from edgekit.node.walls.warming import import_late
from edgekit.perception.sound import LEAST_RATE_HZ, Ear, hear
from edgekit.sensors.microphone import Microphone
from edgekit.sensors.wav_file import WavFile


class Hearing:
    """One microphone, of which levels are heard and nothing else.

    Making it opens the device; then its process can be sealed.

    Args:
        site: settings, and the authority for them.
        clock_ms: Unix time in milliseconds.
        on_open: called once the device is open.

    Raises:
        SensorError: there is no such microphone, or no such recording.
    """

    def __init__(
        self,
        site: Site,
        *,
        clock_ms: Callable[[], int],
        on_open: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock_ms = clock_ms
        self._listener = Listener(site.authorisation)
        self._source = open_microphone(site.settings, clock_ms)
        try:
            on_open()
            warm_up()
        except BaseException:
            self._source.close()
            raise

    @property
    def descriptor(self) -> int | None:
        """The number of the capture device; None where a recording is played."""
        return self._source.descriptor

    def start(self) -> None:
        """Begin to hear; not before there is a lease."""
        self._source.start()

    def step(self) -> tuple[Word, ...] | None:
        """Hear for a quarter of a second; return what is to be said, None at the end.

        Raises:
            SensorError: the microphone is gone.
        """
        levels = self._source.read()
        return None if levels is None else self._listener.hear(levels, self._clock_ms())

    def close(self) -> None:
        """Let go of the device; harmless when repeated."""
        self._source.close()


def open_microphone(
    settings: Settings, clock_ms: Callable[[], int], *, realtime: bool = True
) -> Microphone | WavFile:
    """Open what ``[microphone]`` names; a recording comes at its own pace where ``realtime``."""
    found = settings.camera.microphone
    if found is None:
        raise ConfigError("this site has no [microphone]")
    if settings.camera.file is None:
        return Microphone(
            settings.camera.source, full_scale_db=found.full_scale_db, rate_hz=found.rate_hz
        )
    return WavFile(
        Path(settings.camera.source),
        full_scale_db=found.full_scale_db,
        clock_ms=clock_ms,
        realtime=realtime,
    )


def warm_up() -> None:
    """Do once what will be done behind the seal: libraries load parts of themselves late."""
    import numpy as np  # noqa: PLC0415 -- only where something is heard

    import_late()
    ear = Ear.at(rate_hz=LEAST_RATE_HZ, full_scale_db=120.0)
    hear(ear, np.zeros(4 * LEAST_RATE_HZ))
