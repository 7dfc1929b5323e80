"""A door at which the eye decides on the spot whether somebody is warm."""

from dataclasses import replace
from typing import Any

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.decided import Exemption, LocalDecision
from edgekit.consent.terms import Controller, Purpose
from edgekit.consent.view import View
from edgekit.records import Profile

DAY_S = 86_400
HEALTH = LocalDecision(
    system="temperature",
    exemption=Exemption.PUBLIC_HEALTH,
    law="the infection protection act, section 28",
    otherwise="take the side door; nobody is looked at there",
)


def door(profile: Profile = Profile.SDC_10_5, **changes: Any) -> SiteAuthorisation:  # noqa: ANN401 -- fields of it
    site = draft(
        "ward",
        profile=profile,
        view=View(width=640, height=480),
        window_s=DAY_S,
        valid_from_s=1_795_392_000,
        systems=("temperature",),
        camera=False,
        array=True,
    )
    public = {
        "controller": Controller(name="the hospital", contact="ward 3"),
        "purposes": (Purpose(id="thermometer", text="whoever seems warm is asked to measure"),),
        "place": "the door of ward 3",
        "dpia_reference": "12",
        "objection": "call 112",
        "supervisory_authority": "the commissioner",
        "decisions": (HEALTH,),
    }
    named = {} if profile.at_home else public
    return replace(site, **(named | {"notice_digest": ""} | changes))


def cab() -> SiteAuthorisation:
    """A car in which the eye watches its driver, and counts nothing."""
    return draft(
        "cab",
        profile=Profile.LOCAL,
        view=View(width=640, height=480),
        window_s=60,
        valid_from_s=1_795_392_000,
        systems=("drowsiness",),
    )
