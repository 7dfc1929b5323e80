"""What the verbs pause, resume and withdraw have in common: a word, and who may say it."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.errors import ConfigError, ConsentError, SensorError

if TYPE_CHECKING:
    from edgekit.config import Settings
    from edgekit.consent.objection import Word

TAKEN_S = 10.0
"""A node looks five times a second; one that takes so long hangs."""

_KEY = "organisation.key.pem"


def add_site(parser: argparse.ArgumentParser) -> None:
    """Add what each of the verbs asks for."""
    parser.add_argument("settings", type=Path, metavar="site.toml")
    parser.add_argument(
        "--key",
        type=Path,
        metavar="ORG.key.pem",
        help=f"the organisation's key; default: {_KEY} beside its public key, where it is there",
    )


def key_of(settings: "Settings", key: Path | None) -> Path | None:
    """Return the organisation's key where it is at hand; only a home keeps it on the device."""
    beside = settings.keys.organisation_public.with_name(_KEY)
    return key or (beside if beside.exists() else None)


def signed(settings: "Settings", word: "Word", key: Path, *, minutes: int | None = None) -> bytes:
    """Return the organisation's signed word about the authorisation that is on the device.

    Raises:
        ConfigError: a file that cannot be read.
        ConsentError: the authorisation or the key is another organisation's.
    """
    from edgekit.consent.authorisation import read_authorisation  # noqa: PLC0415 -- only what these verbs need
    from edgekit.consent.objection import Objection  # noqa: PLC0415 -- likewise
    from edgekit.signers.file import load_public, load_signer  # noqa: PLC0415 -- likewise

    organisation = load_public(settings.keys.organisation_public)
    try:
        document = settings.authorisation.file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{settings.authorisation.file}: {error.strerror}") from error
    authorisation = read_authorisation(document, organisation=organisation)
    signer = load_signer(key)
    if signer.key_id != organisation.key_id:
        raise ConsentError(
            f"key {signer.key_id} is not the organisation's: expected {organisation.key_id}",
            hint="sign with the key that signed the authorisation",
        )
    said = Objection.about(authorisation, word, t_s=int(time.time()), minutes=minutes)
    return said.sign(signer)


def tell(settings: "Settings", note: bytes) -> None:
    """Leave a note for the running node and wait until it has taken it.

    Raises:
        SensorError: no node runs, or it takes no notes.
    """
    from edgekit.node.clerking.bell import ring  # noqa: PLC0415 -- only what these verbs need
    from edgekit.node.processes.lock import is_held  # noqa: PLC0415 -- likewise

    folder = settings.storage.directory
    if not is_held(folder):
        raise SensorError(f"no node runs in {folder}", hint="then no camera sees either")
    path = ring(folder, note)
    until_s = time.monotonic() + TAKEN_S
    while path.exists():
        if time.monotonic() > until_s:
            path.unlink(missing_ok=True)
            raise SensorError("the node did not take the note", hint="stop it: edgekit status")
        time.sleep(0.05)
