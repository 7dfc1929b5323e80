"""One ``site.toml`` becomes one frozen `Settings`."""

from edgekit.config.settings import (
    Authorisation,
    Camera,
    Confinement,
    Keys,
    Outlet,
    Sees,
    Settings,
    Site,
    Storage,
)

__all__ = [
    "Authorisation",
    "Camera",
    "Confinement",
    "Keys",
    "Outlet",
    "Sees",
    "Settings",
    "Site",
    "Storage",
]
