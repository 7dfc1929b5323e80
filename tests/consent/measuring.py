"""A site of systems' sensors, as its draft is made."""

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.view import View
from edgekit.records import Profile


def measured(profile: Profile, *systems: str, camera: bool = False) -> SiteAuthorisation:
    view = View(width=640, height=480)
    return draft(
        "yard",
        profile=profile,
        view=view,
        window_s=900,
        valid_from_s=1_795_392_000,
        systems=systems,
        camera=camera,
    )
