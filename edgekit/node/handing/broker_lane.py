"""The herald's lane to the broker: what the clerk hands over goes out, and what comes back is told.

What cannot go out stays in the ledger: this process then ends, and a new one makes a new call.
"""

from collections import deque
from collections.abc import Callable

from edgekit import __version__
from edgekit.config import Settings
from edgekit.consent.authorisation import SiteAuthorisation, read_authorisation
from edgekit.consent.terms import since_s
from edgekit.errors import ConsentError, OutletError
from edgekit.node.handing.call import again_s, call, place_of
from edgekit.node.handing.mail import ACKNOWLEDGED, PAUSE, encode_answer
from edgekit.node.log import say
from edgekit.node.processes.fault import CALL_AGAIN, CALL_BROKE_OFF
from edgekit.node.site import require_addressee
from edgekit.outlets.home_assistant import discovery
from edgekit.outlets.mqtt import MqttOutlet
from edgekit.records import SignedRecord
from edgekit.signing.keys import PublicKey

MAX_EXPIRY_S = 2**32 - 1
"""MQTT 5.0, 3.3.2.3.3: a four byte integer."""


class BrokerLane:
    """What a herald does about one broker, for as long as its call lasts.

    Args:
        outlet: the broker; None where nobody answered the call.
        answer: tells the clerk how far it got.
        clock_s: seconds that nobody sets.
        again_s: how long to live without a broker, before somebody else calls it.
    """

    def __init__(
        self,
        outlet: MqttOutlet | None,
        *,
        answer: Callable[[bytes], object],
        clock_s: Callable[[], float],
        again_s: float,
    ) -> None:
        self._outlet = outlet
        self._answer = answer
        self._clock_s = clock_s
        self._until_s = clock_s() + again_s
        self._waiting: deque[SignedRecord] = deque()
        self._told: int | None = None
        self._spoke = False
        self.over: int | None = None
        """The code to end with, once a new call is due; None as long as this one goes on."""

    @property
    def waits_for(self) -> tuple[list[int], list[int]]:
        """Descriptors to read from, and to write to, before the next turn."""
        if self._outlet is None or not self._spoke or self.over is not None:
            return [], []
        try:
            held = self._outlet.line.fileno()
        except OutletError as error:
            self._lose(error)
            return [], []
        return [held], [held] if self._outlet.line.wants_write else []

    def take(self, record: SignedRecord) -> None:
        """Keep a record until it is on its way; without a broker it is left to the ledger."""
        if self._outlet is not None:
            self._waiting.append(record)

    def turn(self) -> None:
        """Send what there is room for, take what comes, tell the clerk how far it is."""
        if self._outlet is None:
            if self._clock_s() > self._until_s:
                self.over = self.over or CALL_AGAIN
            return
        try:
            self._outlet.turn()
            if not self._spoke:
                say("info", f"{self._outlet.name} has answered")
            self._spoke = True
            while self._waiting and self._outlet.has_room:
                self._outlet.offer(self._waiting.popleft())
        except OutletError as error:
            self._lose(error)
        self._tell()

    def close(self) -> None:
        """Say goodbye to the broker."""
        if self._outlet is not None:
            self._outlet.close()

    def _tell(self) -> None:
        delivered = None if self._outlet is None else self._outlet.delivered
        if delivered is not None and delivered != self._told:
            self._told = delivered
            self._answer(encode_answer(ACKNOWLEDGED, delivered))

    def _lose(self, error: OutletError) -> None:
        """A broker that had answered is called again at once; another after a while."""
        told_as = f"{error} ({error.hint})" if error.hint else str(error)
        say("warning", f"records for the broker wait: {told_as}")
        if self._spoke:
            self.over = CALL_BROKE_OFF
        else:
            self._tell()
            self.close()
            self._outlet = None
            self._waiting.clear()


def open_lane(
    settings: Settings,
    *,
    answer: Callable[[bytes], object],
    clock_s: Callable[[], float],
    now_s: int,
    unanswered: int,
) -> BrokerLane | None:
    """Call the broker, before the closed list stands; None where there is no broker to call.

    Nothing is said to it yet: neither shaking hands nor anything that it sends comes before the
    list.

    Raises:
        ConfigError: login, certificates or authorisation cannot be read.
        ConsentError: the broker is no recipient of what would go to it.
        MissingExtraError: paho-mqtt is not installed.
    """
    broker = settings.broker
    if broker is None:
        return None
    site = _authorisation_of(settings)
    place = place_of(broker)
    outlet: MqttOutlet | None = None
    hello: tuple[tuple[str, bytes], ...] = ()
    # Without a page nobody can know the digits.
    listens = broker.pause and settings.web is not None and settings.web.shows_digits
    if broker.discovery is not None:
        hello = (
            discovery(
                site,
                prefix=broker.discovery,
                base=broker.topic,
                software=f"edgekit {__version__}",
                pause=listens,
            ),
        )
    try:
        outlet = MqttOutlet(
            place,
            hello=hello,
            on_digits=_handing(answer) if listens else None,
            keeps_s=min(now_s - since_s(site.aggregate_retention, now_s), MAX_EXPIRY_S),
            call=call(settings),
        )
    except OutletError as error:
        say("info" if unanswered else "warning", f"records for the broker wait: {error}")
    return BrokerLane(outlet, answer=answer, clock_s=clock_s, again_s=again_s(unanswered))


def _handing(answer: Callable[[bytes], object]) -> Callable[[int], object]:
    """Return what hands digits to the clerk, who alone can tell whether they are right."""
    return lambda digits: answer(encode_answer(PAUSE, digits))


def _authorisation_of(settings: Settings) -> SiteAuthorisation:
    try:
        organisation = PublicKey.from_pem(settings.keys.organisation_public.read_bytes())
        document = settings.authorisation.file.read_bytes()
    except OSError as error:
        raise ConsentError(f"no authorisation: {error.strerror}") from error
    site = read_authorisation(document, organisation=organisation)
    require_addressee(settings, site)
    return site
