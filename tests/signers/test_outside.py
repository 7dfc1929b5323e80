"""Keys outside this process: programs and chips, and descriptions of where they are."""

import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from edgekit.errors import ConfigError, MissingExtraError, SignerError
from edgekit.signers.atecc608 import open_atecc608
from edgekit.signers.command import Protocol, open_command
from edgekit.signers.file import create_key
from edgekit.signers.open import open_signer, public_of
from edgekit.signers.outside import OutsideSigner
from edgekit.signing.keys import MemorySigner, PublicKey, to_fixed

PROGRAM = """#!{python} -I
import sys, json, base64, time
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
key = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)
how = sys.argv[1]
data = sys.stdin.buffer.read()
if how == "raw":
    sys.stdout.buffer.write(key.sign(data))
elif how == "json":
    asked = json.loads(data)
    assert (asked["v"], asked["op"]) == (1, "sign")
    signature = key.sign(base64.b64decode(asked["data"]))
    print(json.dumps({{"signature": base64.b64encode(signature).decode()}}))
elif how == "slow":
    time.sleep(30)
elif how == "long":
    print("x" * 5000)
elif how == "bad":
    sys.exit(3)
"""
SIGNER = MemorySigner.from_seed(b"\x07" * 32)


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "signer"
    path.write_text(PROGRAM.format(python=sys.executable))
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("protocol", Protocol)
def test_a_program_signs(program: str, protocol: Protocol) -> None:
    signer = open_command([program, protocol], SIGNER.public_key, protocol=protocol)
    assert signer.sign(b"data") == SIGNER.sign(b"data")
    assert signer.key_id == SIGNER.key_id


@pytest.mark.parametrize(
    ("how", "protocol", "message"),
    [
        ("slow", Protocol.RAW, "within 1 s"),
        ("long", Protocol.RAW, "5001 bytes"),
        ("bad", Protocol.RAW, "ended with 3"),
        ("none", Protocol.RAW, "does not verify"),
        ("none", Protocol.JSON, "no answer of the protocol"),
        ("raw", Protocol.JSON, "no answer of the protocol"),
    ],
)
def test_a_program_that_fails_is_named(
    program: str, how: str, protocol: Protocol, message: str
) -> None:
    timeout_s = 1 if how == "slow" else 60
    signer = open_command([program, how], SIGNER.public_key, protocol=protocol, timeout_s=timeout_s)
    with pytest.raises(SignerError, match=message):
        signer.sign(b"data")


def test_a_program_is_named_by_its_path_and_has_its_time() -> None:
    for words, timeout_s in (([], 1), (["signer"], 1), (["/bin/true"], 0), (["/bin/true"], 61)):
        with pytest.raises(ConfigError, match="expected"):
            open_command(words, SIGNER.public_key, protocol=Protocol.RAW, timeout_s=timeout_s)
    absent = open_command(["/nonexistent"], SIGNER.public_key, protocol=Protocol.RAW)
    with pytest.raises(SignerError, match="cannot be run: No such file"):
        absent.sign(b"data")


def test_a_signature_over_something_else_is_not_used() -> None:
    signer = OutsideSigner(SIGNER.public_key, lambda _: SIGNER.sign(b"else"), where="chip")
    with pytest.raises(SignerError, match="chip gave a signature that does not verify"):
        signer.sign(b"data")


class FakeChip:
    """Does what Adafruit's library does, with a key in memory."""

    def __init__(self, address: int) -> None:
        self.address = address
        self.key = generate_private_key(SECP256R1())
        self.away = False

    def gen_key(self, key: bytearray, slot_num: int, private_key: bool = False) -> bytearray:
        assert not private_key, "edgekit never makes a key in a chip by itself"
        numbers = self.key.public_key().public_numbers()
        if slot_num == 0:
            key[:] = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        return key

    def ecdsa_sign(self, slot: int, message: bytearray) -> bytearray:
        if self.away:
            raise RuntimeError("Failed to read data from chip")
        assert (slot, len(message)) == (0, 32)
        return bytearray(to_fixed(self.key.sign(bytes(message), ECDSA(Prehashed(SHA256())))))


def test_a_chip_signs_with_es256_in_one_spelling() -> None:
    signer = open_atecc608(0, chip=FakeChip)
    for n in range(20):
        signature = signer.sign(b"%d" % n)
        signer.public_key.verify(signature, b"%d" % n)
    assert signer.algorithm == "es256"


def test_a_chip_that_is_away_is_named() -> None:
    chip = FakeChip(0x60)
    signer = open_atecc608(0, chip=lambda _: chip)
    chip.away = True
    with pytest.raises(SignerError, match="slot 0 does not answer: Failed to read"):
        signer.sign(b"data")
    with pytest.raises(SignerError, match="slot 1 holds no key"):
        open_atecc608(1, chip=FakeChip)
    with pytest.raises(ConfigError, match="expected 0 to 4"):
        open_atecc608(5, chip=FakeChip)


def test_without_adafruits_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adafruit_atecc", None)
    with pytest.raises(MissingExtraError, match="Adafruit"):
        open_atecc608(0)


def test_adafruits_library_is_asked_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Library:
        @staticmethod
        def ATECC(bus: str, address: int) -> FakeChip:  # noqa: N802 -- the library's own name
            assert bus == "bus"
            return FakeChip(address)

    class Board:
        @staticmethod
        def I2C() -> str:  # noqa: N802 -- the library's own name
            return "bus"

    monkeypatch.setitem(sys.modules, "adafruit_atecc", Library)
    monkeypatch.setitem(sys.modules, "adafruit_atecc.adafruit_atecc", Library)
    monkeypatch.setitem(sys.modules, "board", Board)
    assert open_atecc608(0).algorithm == "es256"


def test_descriptions_open_files_and_programs(tmp_path: Path, program: str) -> None:
    secret, pem = tmp_path / "secret", tmp_path / "device.key.pem"
    secret.touch(mode=0o600)
    secret.write_text("correct horse battery\n")
    key = create_key(pem, entropy=lambda n: b"\x07" * n, passphrase="correct horse battery")
    path = tmp_path / "device.key.toml"
    path.write_text('kind = "file"\npath = "device.key.pem"\npassphrase_file = "secret"\n')
    assert open_signer(path).key_id == key.key_id == public_of(path).key_id == public_of(pem).key_id
    path.write_text(
        f'kind = "command"\ncommand = ["{program}", "json"]\npublic = "device.pub.pem"\n'
        'protocol = "json"\n'
    )
    assert isinstance(open_signer(path).public_key, PublicKey)
    assert open_signer(path).sign(b"x") == SIGNER.sign(b"x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind = ", "no TOML"),
        ("", "kind is None: expected a str"),
        ('kind = "paper"', "expected file, pkcs11, atecc608, command"),
        ('kind = "file"\npasswd = "x"', "'passwd' is not known"),
        ('kind = "atecc608"\nslot = true', "expected a int"),
        ('kind = "command"\ncommand = "x"', "expected a list"),
        ('kind = "command"\ncommand = ["/x"]\npublic = "none.pub.pem"', "cannot be read"),
        ('kind = "command"\ncommand = ["/x"]\nprotocol = "smtp"', "expected raw or json"),
        ('kind = "file"\npath = "none.key.pem"', "cannot be read"),
    ],
)
def test_odd_descriptions_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "device.key.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        open_signer(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        open_signer(tmp_path / "other.key.toml")


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    create_key(
        tmp_path / "device.key.pem",
        entropy=lambda n: b"\x07" * n,
        passphrase="correct horse battery",
    )
    (tmp_path / "secret").write_text("correct horse battery")
    (tmp_path / "secret").chmod(0o644)
    path = tmp_path / "device.key.toml"
    path.write_text('kind = "file"\npath = "device.key.pem"\npassphrase_file = "secret"\n')
    with pytest.raises(ConfigError, match=r"passphrase_file .* has mode 0644"):
        open_signer(path)
