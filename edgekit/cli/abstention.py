"""What a site promises and what it cannot do, each with the test that shows it."""

from collections.abc import Iterator

from edgekit.consent.notice import Notice
from edgekit.consent.prohibited import PRACTICES
from edgekit.consent.promises import promises

PROMISED = "The test that shows each sentence above"
OWN_WORD = "The organisation's own word, which it signed:"

TITLE = "What it cannot do, and the test that shows it"
RUN = (
    "Anybody can run these tests, in the source code of edgekit: pytest, and the name of the test."
)


def words(notice: Notice | None = None) -> list[str]:
    """Return the lines for people; without a notice nothing is promised yet."""
    promised = [] if notice is None else [PROMISED, *_promises(notice), ""]
    return [*promised, TITLE, RUN, *_points(), ""]


def promises_as_json(notice: Notice) -> list[dict[str, str | None]]:
    """Return each sentence and its test for programs, null for the organisation's own word."""
    return [{"sentence": one.sentence, "test": one.test} for one in promises(notice)]


def as_json() -> list[dict[str, str]]:
    """Return the same for programs."""
    return [
        {"cannot": one.what, "because": one.how, "law": one.law, "test": one.test}
        for one in PRACTICES
    ]


def _promises(notice: Notice) -> Iterator[str]:
    """Yield the sentences of each test, and last those that are the organisation's own word."""
    by_test: dict[str | None, list[str]] = {}
    for one in promises(notice):
        by_test.setdefault(one.test, []).append(one.sentence)
    own = by_test.pop(None, [])
    for test, sentences in by_test.items():
        yield from (f"- {sentence}" for sentence in sentences)
        yield f"  Test: {test}"
    yield OWN_WORD
    yield from (f"- {sentence}" for sentence in own)


def _points() -> Iterator[str]:
    for one in PRACTICES:
        yield f"- {one.what}: {one.how}."
        yield f"  Test: {one.test}"
