import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.lawful import MAX_VERSION
from edgekit.consent.lease import LEASE_BYTES, LEASE_S, Lease, LeaseKind
from edgekit.errors import ConsentError, PipeError


@given(
    serial=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(LeaseKind),
    issued_ms=st.integers(0, 2**63),
    length_ms=st.integers(0, LEASE_S * 1000),
    version=st.integers(0, MAX_VERSION),
)
def test_a_lease_is_28_bytes_and_comes_back(
    serial: int, kind: LeaseKind, issued_ms: int, length_ms: int, version: int
) -> None:
    end_ms = issued_ms + length_ms
    lease = Lease(serial=serial, kind=kind, issued_ms=issued_ms, expires_ms=end_ms, version=version)
    assert len(lease.to_bytes()) == LEASE_BYTES
    assert Lease.from_bytes(lease.to_bytes()) == lease


@given(st.binary(min_size=LEASE_BYTES, max_size=LEASE_BYTES))
def test_any_28_bytes_are_a_lease_or_an_error(data: bytes) -> None:
    try:
        lease = Lease.from_bytes(data)
    except PipeError:
        return
    assert lease.to_bytes() == data


def test_a_grant_lives_for_its_time() -> None:
    lease = Lease.grant(1, 5_000)
    lease.require_live(5_000)
    lease.require_live(5_000 + LEASE_S * 1000 - 1)
    with pytest.raises(ConsentError, match="clock went back"):
        lease.require_live(4_999)
    with pytest.raises(ConsentError, match="ended 0 ms ago"):
        lease.require_live(5_000 + LEASE_S * 1000)


def test_a_stop_never_lives() -> None:
    with pytest.raises(ConsentError, match="was ended"):
        Lease.stop(2, 5_000).require_live(5_000)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"serial": -1}, "serial"),
        ({"version": MAX_VERSION + 1}, "version"),
        ({"issued_ms": 2**64}, "issued_ms"),
        ({"expires_ms": 999}, "lease of"),
        ({"expires_ms": 1_000 + LEASE_S * 1000 + 1}, "lease of"),
    ],
)
def test_an_impossible_lease_cannot_exist(change: dict[str, int], words: str) -> None:
    fields = {"serial": 1, "issued_ms": 1_000, "expires_ms": 2_000} | change
    with pytest.raises(PipeError, match=words):
        Lease(kind=LeaseKind.GRANT, **fields)


def test_odd_bytes_are_refused() -> None:
    good = Lease.grant(1, 5_000).to_bytes()
    for odd in (good[:-1], good[:4] + b"\x03" + good[5:], good[:7] + b"\x01" + good[8:]):
        with pytest.raises(PipeError):
            Lease.from_bytes(odd)
