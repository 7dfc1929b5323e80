"""What has to be there before a node can run: a key, a source, a model, outlets, boards."""

from pathlib import Path

from edgekit.bridge.port import path_of
from edgekit.config import Settings
from edgekit.config.driver import NAME as DRIVER
from edgekit.config.login import read_login
from edgekit.errors import ConfigError, ConsentError
from edgekit.models.catalog import load_catalog
from edgekit.models.declared import catalog_of
from edgekit.models.store import default_folder
from edgekit.node.handing.call import secure_of
from edgekit.signers.file import load_public
from edgekit.signers.open import open_signer


def require_own_key(settings: Settings) -> None:
    """Refuse a device that would allow itself. Raises the error of who must act."""
    device = open_signer(settings.keys.device)
    organisation = settings.keys.organisation_public
    if organisation.exists() and load_public(organisation).key_id == device.key_id:
        raise ConsentError(
            "the organisation's key is the device's own: a device cannot allow itself",
            hint="give the organisation a key of its own: edgekit authorise --make-key",
        )


def require_source(settings: Settings) -> None:
    """Refuse a file or device that is not there. Raises the error of who must act."""
    camera = settings.camera
    named = camera.device is not None and not camera.source.isdecimal()
    file = Path(str(camera.device)) if named else camera.file
    if file is not None and not file.exists():
        what = f"the camera's source {file} does not exist"
        raise ConfigError(what, hint="correct camera.source in site.toml")


def require_detector(settings: Settings) -> None:
    """Refuse a model that finds no people. Raises the error of who must act."""
    name = settings.camera.detector
    if name != "motion" and "person" not in load_catalog()[name].classes:
        raise ConfigError(
            f"camera.detector: model {name!r} finds no people",
            hint='use "motion", or a model of people: edgekit models list',
        )


def require_driver_models(settings: Settings) -> None:
    """Refuse models by which no driver's eye is found. Raises the error of who must act."""
    for rules in (one.settings for one in settings.systems if one.name == DRIVER):
        catalog = catalog_of(default_folder())
        if "face" not in catalog[rules.face].classes:
            raise ConfigError(
                f"systems.{DRIVER}.face: model {rules.face!r} finds no faces",
                hint="yunet_n_dynamic does: edgekit models list",
            )
        if catalog[rules.landmarks].form is None:
            raise ConfigError(
                f"systems.{DRIVER}.landmarks: model {rules.landmarks!r} finds no points of a face",
                hint="face_landmark does: edgekit models get face_landmark",
            )


def require_ports(settings: Settings) -> None:
    """Refuse a system whose board is not there. Raises the error of who must act."""
    for name, port in ((one.name, port) for one in settings.systems for port in one.ports):
        if not Path(path_of(port)).exists():
            raise ConfigError(
                f"systems.{name}: nothing is at {port}",
                hint="plug it in; edgekit bridge list shows what is there",
            )


def require_outlets(settings: Settings) -> None:
    """Refuse outlets that cannot be written or called. Raises the error of who must act."""
    if settings.broker is not None:
        read_login(settings.broker.login, "outlet.login")
        secure_of(settings.broker)
    for outlet in settings.outlets:
        if outlet.path.is_dir():
            raise ConfigError(
                f"outlet.path {outlet.path} is a folder: expected a file",
                hint=f"use {outlet.path / 'records.jsonl'}",
            )
