"""A document that is odd in any way is refused, and with our own error."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgekit.consent.authorisation import SiteAuthorisation, load_authorisation
from edgekit.consent.payload import read_draft, read_payload
from edgekit.errors import ConsentError, EdgekitError
from edgekit.signing.keys import MemorySigner


def _changed(document: object, path: tuple[Any, ...], value: object) -> bytes:
    copy = json.loads(json.dumps(document))
    inner: Any = copy
    for key in path[:-1]:
        inner = inner[key]
    if value is KeyError:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return json.dumps(copy).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("v",), 2),
        (("raw_retention_s",), 1),
        (("raw_retention_s",), False),
        (("extra",), 1),
        (("controller", "extra"), 1),
        (("controller",), None),
        (("controller", "name"), KeyError),
        (("picture", "extra"), 1),
        (("picture", "width"), 0),
        (("picture", "width"), "640"),
        (("lines", 0, "from"), [1]),
        (("lines", 0, "from"), [1, "2"]),
        (("lines", 0, "to"), [9000, 100]),
        (("lines", 0, "extra"), 1),
        (("zones", 0, "polygon"), [[1, 2]]),
        (("zones",), None),
        (("outputs", 0, "recipients"), [1]),
        (("outputs", 0, "profile"), "dp"),
        (("outputs", 0), 7),
        (("covered_preview",), 1),
        (("schedule", "from_utc_minute"), None),
        (("sensors", 0, "kind"), "microphone"),
        (("notice_url",), 5),
        (("place",), 5),
        (("place",), 1.5),
    ],
    ids=str,
)
def test_an_odd_document_is_refused(
    path: tuple[Any, ...], value: object, plaza: SiteAuthorisation
) -> None:
    with pytest.raises(ConsentError):
        read_draft(_changed(plaza.to_draft(), path, value))


@given(st.binary(max_size=300))
def test_random_bytes_are_refused(data: bytes) -> None:
    key = MemorySigner.from_seed(bytes(32)).public_key
    for read in (
        read_payload,
        read_draft,
        lambda raw: load_authorisation(raw, organisation=key, now_s=0),
    ):
        with pytest.raises(ConsentError):
            read(data)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)
@given(data=st.data())
def test_a_mutated_draft_gives_a_value_or_our_error(
    plaza: SiteAuthorisation, data: st.DataObject
) -> None:
    document = json.loads(json.dumps(plaza.to_draft()))
    inner, key = document, data.draw(st.sampled_from(sorted(document)))
    while isinstance(inner[key], (dict, list)) and inner[key] and data.draw(st.booleans()):
        inner = inner[key]
        keys = sorted(inner) if isinstance(inner, dict) else range(len(inner))
        key = data.draw(st.sampled_from(list(keys)))
    inner[key] = data.draw(ODD)
    with suppress(EdgekitError):
        read_draft(json.dumps(document).encode("utf-8", "surrogatepass"))
