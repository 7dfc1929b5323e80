"""Records under `dp`: a count may be below zero, and what its noise is worth stands beside it."""

from dataclasses import replace

import pytest

from edgekit.errors import VerificationError
from edgekit.records import (
    Aggregate,
    Profile,
    QualityWord,
    Unit,
)
from edgekit.signing.canonical import from_bytes, to_bytes
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import read_payload, sign_release
from tests import sample

SIGNER = MemorySigner.from_seed(bytes(32))
DIGEST = "sha256:" + "0" * 64
HEAD = replace(
    sample.HEAD,
    boot="00112233445566aa",
    sequence=7,
    authorisation=DIGEST,
    notice=DIGEST,
    software="edgekit 0.1.0",
)
NOISY = replace(
    sample.WINDOW,
    value=-3,
    quality=QualityWord.UNTOLD,
    profile=Profile.DP,
    epsilon_milli=500,
    epsilon_day_milli=2_000,
)


def payload_of(release: Aggregate) -> bytes:
    return Envelope.from_bytes(sign_release(release, HEAD, SIGNER).envelope).payload


@pytest.mark.parametrize(
    ("odd", "message"),
    [
        (replace(NOISY, epsilon_milli=None), "record epsilon_milli is None"),
        (replace(NOISY, epsilon_day_milli=0), "record epsilon_day_milli is 0"),
        (replace(NOISY, unit=Unit.PEOPLE), "expected a whole number or null"),
        (replace(NOISY, unit=Unit.PEOPLE, value=3), "only counts carry noise"),
        (replace(NOISY, profile=Profile.BANDS), "expected a whole number or null"),
    ],
)
def test_noise_is_told_of_counts_under_dp_and_of_nothing_else(odd: Aggregate, message: str) -> None:
    assert from_bytes(payload_of(NOISY))["count"] == -3
    with pytest.raises(VerificationError, match=message):
        sign_release(odd, HEAD, SIGNER)


@pytest.mark.parametrize("change", [{"epsilon_milli": 500}, {"epsilon_day_milli": None}])
def test_epsilon_in_a_record_without_noise_is_refused(change: dict[str, int | None]) -> None:
    fields = from_bytes(payload_of(replace(NOISY, value=3, profile=Profile.HOME))) | change
    with pytest.raises(VerificationError, match="missing or unknown fields: epsilon"):
        read_payload(to_bytes(fields))
