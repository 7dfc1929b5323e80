import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.config import Settings
from edgekit.config.patch import with_table
from edgekit.errors import ConfigError
from edgekit.records import Profile

PATH = Path("site.toml")
BLOCK = "[ground]\npoints = [[1, 2]]\ncm = [[3, 4]]\n"
TEMPLATE = Settings.template(name="door", profile=Profile.LOCAL, source="plaza")


def test_a_new_table_goes_to_the_end_and_nothing_else_changes() -> None:
    changed = with_table(TEMPLATE, "ground", BLOCK, path=PATH)
    assert changed == f"{TEMPLATE}\n{BLOCK}"


def test_an_old_table_is_replaced_where_it_stands() -> None:
    old = (
        "# top\na = 1\n\n  [ground]  # measured in May\npoints = [\n  [9, 9],\n  [8, 8]\n]\n"
        "# by the door\n\n# the line\n[[line]]\nname = 'x'\n"
    )
    changed = with_table(old, "ground", BLOCK, path=PATH)
    assert changed == f"# top\na = 1\n\n{BLOCK}# by the door\n\n# the line\n[[line]]\nname = 'x'\n"


def test_a_table_can_be_taken_out_and_put_back() -> None:
    with_ground = with_table(TEMPLATE, "ground", BLOCK, path=PATH)
    without = with_table(with_ground, "ground", "", path=PATH)
    assert without == f"{TEMPLATE}\n"
    assert with_table(without, "ground", "", path=PATH) == without


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a = 1",
        "a = 1\n",
        "[ground]\n",
        "[ground]",
        "['ground']\ncm = 1\n",
        "[ground]\ncm = 1\n[other]\nx = 1\n",
        "[[camera]]\nground = 1\n",
        "text = '''\n[other]\n'''\n",
        "text = '''\n[ground]\n'''\n",
        "text = '''\n[ground]\n'''\n[ground]\ncm = [\n[3]\n]\n",
    ],
)
def test_whatever_stands_there_the_table_is_in_it_afterwards(text: str) -> None:
    changed = with_table(text, "ground", BLOCK, path=PATH)
    parsed, before = tomllib.loads(changed), tomllib.loads(text)
    before.pop("ground", None)
    assert parsed.pop("ground") == {"points": [[1, 2]], "cm": [[3, 4]]}
    assert parsed == before
    assert with_table(changed, "ground", BLOCK, path=PATH) == changed


def test_ends_of_lines_stay_as_they_are() -> None:
    changed = with_table("a = 1\r\n[ground]\r\ncm = 1\r\n", "ground", BLOCK, path=PATH)
    assert changed == "a = 1\r\n" + BLOCK.replace("\n", "\r\n")


@pytest.mark.parametrize(
    "text",
    [
        "ground = {cm = 1}\n",
        "ground.cm = 1\n",
        "ground = 3\n",
        "[[ground]]\ncm = 1\n",
        "[ground.more]\ncm = 1\n",
    ],
)
def test_another_form_is_refused_and_named(text: str) -> None:
    with pytest.raises(ConfigError, match=r"can't be replaced: expected \[ground\]") as caught:
        with_table(text, "ground", BLOCK, path=PATH)
    assert caught.value.hint


HEADS = (
    "a = 1\n# [ground]\n",
    "text = '[ground]'\n\n",
    "many = [\n  [1, 2],\n  [3, 4]\n]\n",
)
TABLES = (
    "[one]\nx_1 = {a = 1}\n",
    "[ground]\ncm = 1\n",
    "[ ground ] # May\npoints = [\n  [1, 2],\n  [3]\n]\n  # after\n\n",
    "[[two]]\na = [\n  1,\n  2\n]\n",
    '[[two]]\nb-c = "#"\n\n',
    "['th ree'.x]\n# nothing\n",
    "[four.'ground']\na = 1\n",
)
documents = st.builds(
    lambda heads, tables: "".join((*heads, *tables)),
    st.lists(st.sampled_from(HEADS), unique=True),
    st.lists(st.sampled_from(TABLES), unique=True),
).filter(lambda text: not ("[ground]" in text and "[ ground ]" in text))


@given(documents)
def test_only_the_table_differs_in_any_document(text: str) -> None:
    before = tomllib.loads(text)
    changed = with_table(text, "ground", BLOCK, path=PATH)
    after = tomllib.loads(changed)
    assert after.pop("ground") == {"points": [[1, 2]], "cm": [[3, 4]]}
    before.pop("ground", None)
    assert after == before
    kept = changed.replace(BLOCK, "")
    assert set(kept.splitlines()) <= {*text.splitlines(), ""}
