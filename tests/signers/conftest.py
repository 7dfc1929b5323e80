"""A software token, made anew for the session where SoftHSM is installed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
ED25519_PARAMETERS = bytes.fromhex("130c656477617264733235353139")  # PrintableString edwards25519
PIN = "654321"


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The library of a token ``edgekit`` with two key pairs: ``p256`` and, if it can, ``ed``."""
    found = [Path(path) for path in MODULES if Path(path).exists()]
    if not found or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM absent (Debian: softhsm2)")
    pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 absent: edgekit[pkcs11]")
    folder = tmp_path_factory.mktemp("token")
    (folder / "conf").write_text(
        f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
    words = ["--init-token", "--free", "--label", "edgekit", "--so-pin", "12345678", "--pin", PIN]
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
    kinds = pkcs11.KeyType
    curve = pkcs11.util.ec.encode_named_curve_parameters("secp256r1")
    with (
        pkcs11.lib(str(found[0]))
        .get_token(token_label="edgekit")
        .open(user_pin=PIN, rw=True) as session
    ):
        for label, kind, parameters, mechanism in (
            ("p256", kinds.EC, curve, pkcs11.Mechanism.EC_KEY_PAIR_GEN),
            ("ed", kinds.EC_EDWARDS, ED25519_PARAMETERS, pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN),
            (
                "p384",
                kinds.EC,
                pkcs11.util.ec.encode_named_curve_parameters("secp384r1"),
                pkcs11.Mechanism.EC_KEY_PAIR_GEN,
            ),
        ):
            domain = session.create_domain_parameters(
                kind, {pkcs11.Attribute.EC_PARAMS: parameters}, local=True
            )
            domain.generate_keypair(store=True, label=label, mechanism=mechanism)
    yield found[0]
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before
