"""A real broker for tests, and whoever listens to all that it is told."""

import datetime as dt
import ipaddress
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PROGRAM = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
HANG_S = 60.0
"""Nothing here takes as long: it is the guard against a test that would hang."""


def wait_for(holds: Callable[[], object], seconds: float = HANG_S) -> None:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "it did not come to pass"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass
class Mosquitto:
    """One broker on this machine; what is retained is in its memory alone."""

    folder: Path
    lines: tuple[str, ...] = ("allow_anonymous true",)
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> "Mosquitto":
        config = self.folder / "mosquitto.conf"
        user = () if Path("/proc/self").stat().st_uid else ("user root",)
        words = (f"listener {self.port} 127.0.0.1", *user, *self.lines)
        config.write_text("\n".join(words) + "\n")
        self._process = subprocess.Popen(
            [PROGRAM, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(self._answers)
        return self

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "mosquitto ended"
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(HANG_S)
            self._process = None


def start(folder: Path, *lines: str) -> Mosquitto:
    """Start a broker, or skip the test with the reason."""
    if not Path(PROGRAM).exists():
        pytest.skip("mosquitto is not installed")
    return Mosquitto(folder, lines or ("allow_anonymous true",)).start()


@dataclass
class Listener:
    """Whoever subscribes to everything; ``said``: topic, payload, retained, in order."""

    port: int
    said: list[tuple[str, bytes, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        from paho.mqtt import client as paho  # noqa: PLC0415 -- an extra
        from paho.mqtt.enums import CallbackAPIVersion  # noqa: PLC0415 -- likewise

        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        subscribed: list[int] = []
        self._client.on_subscribe = lambda *_: subscribed.append(1)
        self._client.on_message = lambda _c, _u, one: self.said.append(
            (one.topic, bytes(one.payload), one.retain)
        )
        self._client.connect("127.0.0.1", self.port)
        self._client.loop_start()
        self._client.subscribe("#", qos=1)
        wait_for(lambda: subscribed)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(HANG_S)

    def of(self, topic: str) -> list[bytes]:
        return [payload for one, payload, _ in self.said if one == topic]

    def wait(self, topic: str, payload: bytes) -> None:
        wait_for(lambda: payload in self.of(topic))

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def certificate(folder: Path, name: str) -> Path:
    """Make a self-signed certificate for 127.0.0.1, its key beside it; return its path."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path
