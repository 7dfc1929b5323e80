"""Elements: what is text is escaped, wherever it comes from."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.web.markup import Markup, joined, tag


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(text=st.text(), value=st.text(min_size=1))
def test_no_text_becomes_an_element_or_leaves_its_attribute(text: str, value: str) -> None:
    reader = Reader()
    reader.feed(tag("p", text, title=value))
    reader.close()
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert [name for name, _ in reader.tags] == ["p"]
    assert list(reader.tags[0][1]) == ["title"]
    assert reader.text.replace("\r\n", "\n").replace("\r", "\n") == plain


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (tag("p", "5 < 6", class_="more"), '<p class="more">5 &lt; 6</p>'),
        (tag("p", tag("b", "x"), "&"), "<p><b>x</b>&amp;</p>"),
        (tag("input", name="a", required=""), '<input name="a" required>'),
        (tag("meta", http_equiv="refresh"), '<meta http-equiv="refresh">'),
        (tag("rect", x="1"), '<rect x="1"/>'),
        (tag("a", href=None), "<a></a>"),
        (joined(()), ""),
    ],
)
def test_an_element_is_written_so(made: Markup, words: str) -> None:
    assert made == words
