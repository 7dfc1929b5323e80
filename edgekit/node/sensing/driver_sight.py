"""What the eye wires where it sees a driver: source, models, decision. Nothing has passed the gate.

There is no scene, no track, no cover and no picture: of a frame nothing is left but one word
(`edgekit.systems.drowsiness_words`), and that only where there is another one to say.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import cv2

from edgekit.config import Settings
from edgekit.config.driver import NAME
from edgekit.errors import ConsentError
from edgekit.models.catalog import Catalog, load_catalog
from edgekit.models.declared import catalog_of
from edgekit.models.load import DRIVER_PX, hold_face_finder, hold_landmarks
from edgekit.models.store import ModelStore
from edgekit.node.sensing.driver import DriverWatch
from edgekit.node.sensing.origins import Origins
from edgekit.node.sensing.sight import open_seen
from edgekit.node.sensing.tongue import Glance
from edgekit.node.site import Site
from edgekit.node.walls.warming import import_late
from edgekit.privacy.systems import about
from edgekit.records import Health, Kind, Quality
from edgekit.sensors.latest import LatestSource
from edgekit.sensors.stream import StreamSource
from edgekit.systems.drowsiness_words import Mouth, speak

if TYPE_CHECKING:
    from edgekit.frames import Frame
    from edgekit.seams.eye import FrameSource
    from edgekit.systems.drowsiness_state import Settings as Rules


class DriverSight:
    """One camera that sees one driver; what `edgekit.node.sensing.sight.Sight` is for passers-by.

    Making it opens the camera and reads the models' files; then its process can be sealed.

    Args:
        site: settings, and the authority for them.
        origins: where models lie and a stream comes in.
        clock_ms: Unix time in milliseconds.
        on_open: called once the source is open, before any model is read.

    Raises:
        ConsentError: a model was not authorised.
        ModelError: one is not installed, was altered, or is of another kind.
        SensorError: there is no such camera.
    """

    marker = False
    """In one's own cab nobody has to ask for a pause by holding something up."""

    def __init__(
        self,
        site: Site,
        origins: Origins,
        *,
        clock_ms: Callable[[], int],
        on_open: Callable[[], None] = lambda: None,
    ) -> None:
        cv2.setNumThreads(1)
        self._rules = rules_of(site.settings)
        self._clock_ms = clock_ms
        self._opened = open_seen(site.settings, clock_ms, origins.stream_fd)
        try:
            on_open()
            import_late()
            store = ModelStore(origins.models, catalog_of(origins.models))
            require_models(site, store.catalog)
            self._face = hold_face_finder(store, self._rules.face, longer_px=DRIVER_PX)
            self._landmarks = hold_landmarks(store, self._rules.landmarks)
            form = store.catalog[self._rules.landmarks].form
            self._used = () if form is None else form.used
        except BaseException:
            self._opened.close()
            raise
        self._source: FrameSource | None = None
        self._watch: DriverWatch | None = None
        self._mouth = Mouth()
        self._last: Frame | None = None

    def settle(self) -> None:
        """Read the models and a stream's head: what attacks their readers finds them sealed."""
        if isinstance(self._opened, StreamSource):
            self._opened.begin()
        self._watch = DriverWatch(self._face(), self._landmarks(), self._used, self._rules)

    def start(self) -> None:
        """Begin to capture; not before there is a lease."""
        self._source = LatestSource(self._opened)

    def step(self) -> Glance | None:
        """See the next frame; None when the source has ended, SensorError when it is lost."""
        if self._source is None or self._watch is None:
            raise RuntimeError("step before settle and start")
        frame = self._source.read()
        if frame is None:
            return None
        self._last = frame
        decisions = self._watch.see(frame)
        self._mouth, word = speak(self._mouth, self._watch.state, decisions, t_ms=self._clock_ms())
        said = () if word is None else ((about(NAME), Kind.DECISION, int(word)),)
        return Glance(passages=said, levels=(), health=Health.GOOD, quality=Quality.GOOD)

    def covered_picture(self) -> None:
        """Return None: there is no picture, covered or not."""

    def close(self) -> None:
        """Let go of the source, and forget the driver; harmless when repeated."""
        (self._source or self._opened).close()
        if self._last is not None:
            self._last.wipe()
        self._last = self._watch = None


def rules_of(settings: Settings) -> "Rules":
    """Return the driver's settings, of a site that has them."""
    return next(one.settings for one in settings.systems if one.name == NAME)  # type: ignore[no-any-return]  # -- of its own module


def require_models(site: Site, catalog: Catalog) -> None:
    """Raise ConsentError where a model was not authorised; a declared one has to be by name."""
    rules = rules_of(site.settings)
    for name in (rules.face, rules.landmarks):
        site.authorisation.require_model(f"sha256:{catalog[name].sha256}")
    entry = catalog[rules.landmarks]
    digest = f"sha256:{entry.sha256}"
    if entry.name not in set(load_catalog()) and digest not in site.authorisation.model_digests:
        raise ConsentError(
            f"model {entry.name!r} was declared here and is in no catalogue of edgekit: expected "
            f"{digest} among the authorised model_digests",
            hint="name it and that of the face's model there, and have it signed",
        )
