"""Without a driver's own yes, to this notice and still good, there is no lease."""

from dataclasses import replace
from pathlib import Path

import pytest
from consent.test_enrolled import KEY, T_S, consent

from edgekit.consent.authorisation import draft
from edgekit.consent.enrolled import ConsentRecord
from edgekit.consent.enrolment import Service
from edgekit.consent.view import View
from edgekit.errors import LedgerError
from edgekit.node.keeping.drivers import Drivers
from edgekit.node.keeping.enrolled import FOLDER, Enrolled
from edgekit.records import Profile

CAB = draft(
    "home",
    profile=Profile.LOCAL,
    view=View(width=640, height=480),
    window_s=60,
    valid_from_s=T_S,
    systems=("drowsiness",),
)
YES = replace(consent(Service.DROWSINESS), privacy_notice=CAB.notice_digest)


def entropy(count: int) -> bytes:
    return bytes(range(count))


def drivers(folder: Path, *records: ConsentRecord) -> Drivers:
    enrolled = Enrolled(folder, KEY, entropy)
    for number, record in enumerate(records):
        enrolled.give(replace(record, pii_principal_id=f"{number:032x}"))
    return Drivers(CAB, lambda: Enrolled(folder, KEY, entropy))


def test_a_driver_who_said_yes_may_be_watched_until_it_ends(tmp_path: Path) -> None:
    found = drivers(tmp_path, YES)

    assert found.missing(T_S) == ""
    assert found.missing(YES.valid_to_s - 1) == ""
    assert "ask anew" not in found.missing(YES.valid_to_s)
    assert "the consent holds from" in found.missing(YES.valid_to_s)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (consent(Service.HOME), "no driver has said yes"),
        (replace(YES, site="other"), "no driver has said yes"),
        (consent(Service.DROWSINESS), "another notice"),
        (replace(YES, given_s=T_S + 60, event_time_s=T_S + 60), "the consent holds from"),
    ],
    ids=["of a home", "elsewhere", "to another notice", "not yet"],
)
def test_any_other_yes_is_none(tmp_path: Path, record: ConsentRecord, said: str) -> None:
    assert said in drivers(tmp_path, record).missing(T_S)
    assert said in drivers(tmp_path / "more", record).missing(T_S + 1)


def test_one_good_yes_among_others_is_enough(tmp_path: Path) -> None:
    assert drivers(tmp_path, consent(Service.DROWSINESS), YES).missing(T_S) == ""


def test_it_is_taken_back_within_a_second(tmp_path: Path) -> None:
    found = drivers(tmp_path, YES)
    assert found.missing(T_S) == ""
    Enrolled(tmp_path, KEY, entropy).withdraw(f"{0:032x}", T_S)

    assert found.missing(T_S) == ""  # looked up once a second
    assert "no driver has said yes" in found.missing(T_S + 1)


def test_a_record_that_was_altered_or_cannot_be_read_is_none(tmp_path: Path) -> None:
    found = drivers(tmp_path, YES)
    sealed = next((tmp_path / FOLDER).glob("*.sealed"))
    sealed.write_bytes(sealed.read_bytes()[:-1])
    assert "was altered" in found.missing(T_S)

    def refuse() -> Enrolled:
        raise LedgerError("enrolled cannot be used")

    assert Drivers(CAB, refuse).missing(T_S) == "enrolled cannot be used"


def test_other_sites_ask_for_nobody() -> None:
    site = draft(
        "home",
        profile=Profile.LOCAL,
        view=View(width=640, height=480),
        window_s=60,
        valid_from_s=T_S,
    )

    def refuse() -> Enrolled:
        raise AssertionError

    assert Drivers(site, refuse).missing(T_S) == ""
