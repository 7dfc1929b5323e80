"""What a site cannot do, by what, and the test that shows it: how a page for a citizen ends."""

from collections.abc import Iterator

from edgekit.consent.prohibited import PRACTICES

TITLE = "What it cannot do, and the test that shows it"
RUN = (
    "Anybody can run these tests, in the source code of edgekit: pytest, and the name of the test."
)


def words() -> list[str]:
    """Return the lines for people."""
    return [TITLE, RUN, *_points(), ""]


def as_json() -> list[dict[str, str]]:
    """Return the same for programs."""
    return [
        {"cannot": one.what, "because": one.how, "law": one.law, "test": one.test}
        for one in PRACTICES
    ]


def _points() -> Iterator[str]:
    for one in PRACTICES:
        yield f"- {one.what}: {one.how}."
        yield f"  Test: {one.test}"
