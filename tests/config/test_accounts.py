"""``[users]``: seven names, and no two of them one."""

import pytest

from edgekit.config.accounts import Accounts, read_accounts
from edgekit.config.table import Table
from edgekit.errors import ConfigError


def test_an_empty_table_means_the_usual_names() -> None:
    assert read_accounts(Table({}, "users")) == Accounts()


def test_no_table_means_none() -> None:
    assert read_accounts(None) is None


def test_fetcher_and_page_are_named_only_where_there_is_one() -> None:
    roles = {"supervisor", "eye", "reviewer", "clerk", "herald"}
    assert set(Accounts().by_role(fetches=False)) == roles
    assert Accounts(fetcher="calls").by_role(fetches=True)["fetcher"] == "calls"
    assert Accounts(page="shows").by_role(fetches=False, pages=True)["page"] == "shows"


def test_two_processes_of_one_user_are_refused() -> None:
    with pytest.raises(ConfigError, match="two processes would be one user"):
        read_accounts(Table({"clerk": "edgekit-eye"}, "users"))


def test_a_name_that_no_process_has_is_refused() -> None:
    with pytest.raises(ConfigError, match="unknown key 'clark'"):
        read_accounts(Table({"clark": "x"}, "users"))
