"""Who reads the page is on the sign, or nothing is shown."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edgekit.config import Settings
from edgekit.errors import ConsentError
from edgekit.node.clock import now_ms
from edgekit.node.site import load_site, require_page
from edgekit.records import Profile

if TYPE_CHECKING:
    from tests.node.conftest import Places

OTHERS = "everybody on our network"
LAN = f'[web]\nlisten = ["192.168.9.9:8710"]\nrecipient = "{OTHERS}"\n'


def test_others_read_it_only_where_each_number_names_them(places: "Places") -> None:
    place = places.make(profile=Profile.HOME, window_s=60, extra=LAN)
    with pytest.raises(ConsentError, match="who is not among its recipients"):
        load_site(place.settings, now_s=now_ms() // 1000)

    outputs = place.authorisation.outputs
    named = tuple(replace(one, recipients=(*one.recipients, OTHERS)) for one in outputs)
    for given, good in (((*named[:-1], outputs[-1]), False), (named, True)):
        place.authorisation = replace(place.authorisation, outputs=given, notice_digest="")
        places.authorise(place)
        if good:
            site = load_site(place.settings, now_s=now_ms() // 1000)
            assert OTHERS in {name for one in site.authorisation.outputs for name in one.recipients}
            continue
        with pytest.raises(ConsentError, match=f"the page shows {outputs[-1].metric}"):
            load_site(place.settings, now_s=now_ms() // 1000)


def test_on_its_own_screen_it_is_shown_to_nobody_else(places: "Places") -> None:
    place = places.make(extra="[web]\n")
    require_page(Settings.load(place.settings), place.authorisation)
