"""One ``site.toml`` becomes one frozen `Settings`."""

from edgekit.config.accounts import Accounts
from edgekit.config.camera import Camera, Sees
from edgekit.config.files import Authorisation, Keys, Outlet, Storage
from edgekit.config.settings import Confinement, Settings, Site
from edgekit.config.systems import System

__all__ = [
    "Accounts",
    "Authorisation",
    "Camera",
    "Confinement",
    "Keys",
    "Outlet",
    "Sees",
    "Settings",
    "Site",
    "Storage",
    "System",
]
