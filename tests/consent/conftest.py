"""A public place and a home, both authorised."""

from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.terms import Controller, Purpose, Schedule
from edgekit.consent.view import View
from edgekit.geometry import Line, Zone
from edgekit.records import Profile
from edgekit.signing.keys import MemorySigner

FROM_S = 1_795_392_000
VIEW = View(
    width=640,
    height=480,
    lines=(Line("middle", (320, 460), (320, 100)),),
    zones=(Zone("square", ((60, 120), (580, 120), (580, 460))),),
)


@pytest.fixture
def organisation() -> MemorySigner:
    return MemorySigner.from_seed(bytes(range(32)))


@pytest.fixture
def home() -> SiteAuthorisation:
    return draft("home", profile=Profile.LOCAL, view=VIEW, window_s=60, valid_from_s=FROM_S)


@pytest.fixture
def plaza() -> SiteAuthorisation:
    blank = draft("plaza", profile=Profile.SDC_10_5, view=VIEW, window_s=900, valid_from_s=FROM_S)
    return replace(
        blank,
        controller=Controller(
            name="City of Lindenau", contact="streets@lindenau.example", dpo="dpo@lindenau.example"
        ),
        purposes=(
            Purpose(id="how-busy", text="to know when the square is crowded"),
            Purpose(id="light", text="to light the way when people are there"),
        ),
        place="the market square",
        dpia_reference="lindenau.example/dpia/12",
        objection="0341 555 011",
        supervisory_authority="Data Protection Commissioner, Dresden",
        notice_url="https://lindenau.example/camera/plaza",
        schedule=Schedule(from_utc_minute=360, to_utc_minute=1320),
        notice_digest="",
    )
