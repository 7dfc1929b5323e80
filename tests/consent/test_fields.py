"""The fields of one object: each question has one kind of answer, and says which."""

from collections.abc import Callable
from enum import StrEnum

import pytest
from consent.refusal import refusal

from edgekit.consent.fields import MAX_TEXT, Fields, require_digest, require_text

PLAIN = "write it as one plain line"
DIGEST = "sha256:" + "0f" * 32


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


QUESTIONS: list[tuple[Callable[[Fields], object], object, object]] = [
    (lambda of: of.text("a"), "", ""),
    (lambda of: of.whole("a"), -3, -3),
    (lambda of: of.flag("a"), False, False),
    (lambda of: of.flag("a"), True, True),
    (lambda of: of.mark("a"), True, True),
    (lambda of: of.choice("a", Colour), "blue", Colour.BLUE),
    (lambda of: of.texts("a"), ["x", ""], ("x", "")),
    (lambda of: of.texts("a"), [], ()),
    (lambda of: of.point("a"), [3, -4], (3, -4)),
    (lambda of: of.points("a"), [[1, 2], [3, 4]], ((1, 2), (3, 4))),
    (lambda of: of.points("a"), [], ()),
    (lambda of: of.is_null("a"), None, True),
    (lambda of: of.is_null("a"), 0, False),
    (lambda of: of.inner("a").whole("b"), {"b": 1}, 1),
    (lambda of: [one.whole("b") for one in of.inners("a")], [{"b": 1}, {"b": 2}], [1, 2]),
]


@pytest.mark.parametrize(("ask", "value", "answer"), QUESTIONS, ids=range(len(QUESTIONS)))
def test_an_answer_of_the_right_kind_is_given_and_its_field_is_known(
    ask: Callable[[Fields], object], value: object, answer: object
) -> None:
    fields = Fields({"a": value}, "it")
    assert ask(fields) == answer
    fields.done()


@pytest.mark.parametrize(
    ("ask", "value", "said"),
    [
        (lambda of: of.text("a"), 5, "it.a: expected a text, got 5"),
        (lambda of: of.text("a"), None, "it.a: expected a text, got None"),
        (lambda of: of.whole("a"), "5", "it.a: expected a whole number, got '5'"),
        (lambda of: of.whole("a"), True, "it.a: expected a whole number, got True"),
        (lambda of: of.flag("a"), 1, "it.a: expected true or false, got 1"),
        (lambda of: of.mark("a"), False, "it.a: expected true, or nothing at all, got False"),
        (lambda of: of.choice("a", Colour), "green", "it.a: expected red or blue, got 'green'"),
        (lambda of: of.texts("a"), "x", "it.a: expected a list, got 'x'"),
        (lambda of: of.texts("a"), ["x", 1], "it.a: expected a list of texts, got ['x', 1]"),
        (
            lambda of: of.point("a"),
            [1, 2, 3],
            "it.a: expected a point [x, y] in whole pixels, got [1, 2, 3]",
        ),
        (
            lambda of: of.point("a"),
            [1, True],
            "it.a: expected a point [x, y] in whole pixels, got [1, True]",
        ),
        (
            lambda of: of.point("a"),
            [None, 1],
            "it.a: expected a point [x, y] in whole pixels, got [None, 1]",
        ),
        (
            lambda of: of.points("a"),
            [[1, 2], "no"],
            "it.a: expected a point [x, y] in whole pixels, got 'no'",
        ),
        (lambda of: of.inner("a"), [], "it.a: expected an object, got []"),
        (lambda of: of.inner("a").text("b"), {}, "it.a.b is missing"),
        (lambda of: of.inners("a"), [{}, 7], "it.a 2: expected an object, got 7"),
        (lambda of: of.inners("a")[0].done(), [{"b": 1}], "it.a 1.b: unknown field"),
    ],
)
def test_an_answer_of_another_kind_is_refused_by_name(
    ask: Callable[[Fields], object], value: object, said: str
) -> None:
    assert refusal(lambda: ask(Fields({"a": value}, "it"))) == (said, None)


def test_what_is_missing_is_named() -> None:
    for name in ("is_null", "text", "whole", "flag", "texts", "point", "points", "inner", "inners"):
        ask = getattr(Fields({"b": 1}, "it"), name)
        assert refusal(lambda ask=ask: ask("a")) == ("it.a is missing", None)


def test_what_was_not_asked_for_is_refused_and_an_absent_mark_is_none() -> None:
    fields = Fields({"a": 1, "b": 2}, "it")
    assert fields.mark("c") is False
    assert fields.whole("a") == 1
    assert refusal(fields.done) == ("it.b: unknown field", None)
    fields.whole("b")
    fields.done()


@pytest.mark.parametrize("odd", [None, [], "x", 3])
def test_only_an_object_has_fields(odd: object) -> None:
    assert refusal(lambda: Fields(odd, "it")) == (f"it: expected an object, got {odd!r}", None)


@pytest.mark.parametrize(("length", "shown"), [(58, 58), (59, 57), (600, 57)])
def test_a_long_answer_is_cut_where_it_is_told(length: int, shown: int) -> None:
    text = "x" * length
    said, _ = refusal(lambda: Fields({"a": text}, "it").whole("a"))
    told = repr(text) if shown == length else f"{repr(text)[:shown]}…"
    assert said == f"it.a: expected a whole number, got {told}"


@pytest.mark.parametrize("text", ["a", "x" * MAX_TEXT, "a b", "höher"])
def test_a_plain_line_can_stand_on_a_sign(text: str) -> None:
    require_text("place", text)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("", "place has 0 characters: expected 1 to 600", None),
        ("x" * 601, "place has 601 characters: expected 1 to 600", None),
        ("a\nb", r"place holds invisible characters or blanks at its ends: 'a\nb'", PLAIN),
        (" a", "place holds invisible characters or blanks at its ends: ' a'", PLAIN),
        ("a ", "place holds invisible characters or blanks at its ends: 'a '", PLAIN),
        (
            "a\u202eb",
            r"place holds invisible characters or blanks at its ends: 'a\u202eb'",
            PLAIN,
        ),
    ],
    ids=["none", "long", "line", "before", "after", "turned"],
)
def test_what_cannot_stand_on_a_sign_is_refused(text: str, said: str, hint: str | None) -> None:
    assert refusal(lambda: require_text("place", text)) == (said, hint)


def test_a_text_may_be_bounded_more_tightly() -> None:
    require_text("name", "x" * 5, 5)
    assert refusal(lambda: require_text("name", "x" * 6, 5)) == (
        "name has 6 characters: expected 1 to 5",
        None,
    )


@pytest.mark.parametrize(
    "digest",
    [
        *("", "sha256", "sha256:", DIGEST[:-1], DIGEST + "0", DIGEST.upper()),
        *(DIGEST[:-1] + "g", DIGEST.replace("256", "512"), DIGEST.replace(":", "")),
        *(DIGEST + ":", DIGEST[:-1] + "X"),
    ],
)
def test_a_digest_has_one_spelling(digest: str) -> None:
    require_digest("model", DIGEST)
    assert refusal(lambda: require_digest("model", digest)) == (
        f"model {digest!r}: expected sha256: and 64 hexadecimal digits",
        None,
    )
