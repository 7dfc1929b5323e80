"""``[users]``: a user of the system for each process of a node, where it is started as root.

[users]                       # the table alone is enough: these are the names that it stands for
supervisor = "edgekit"
eye = "edgekit-eye"
fetcher = "edgekit-fetcher"   # only where the camera is on the network
reviewer = "edgekit-reviewer"
clerk = "edgekit-clerk"
herald = "edgekit-herald"
page = "edgekit-page"         # only where site.toml has [web]
steward = "edgekit-steward"   # only where the site has systems
"""

from dataclasses import dataclass

from edgekit.config.table import Table
from edgekit.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The names of the users; no two are one."""

    supervisor: str = "edgekit"
    eye: str = "edgekit-eye"
    fetcher: str = "edgekit-fetcher"
    reviewer: str = "edgekit-reviewer"
    clerk: str = "edgekit-clerk"
    herald: str = "edgekit-herald"
    page: str = "edgekit-page"
    steward: str = "edgekit-steward"

    def by_role(
        self, *, fetches: bool, sees: bool = True, pages: bool = False, measures: bool = False
    ) -> dict[str, str]:
        """Return role and name, of each process that there is.

        Args:
            fetches: whether the camera is on the network.
            sees: whether there is a camera at all.
            pages: whether there is a status page.
            measures: whether there are systems.
        """
        named = {
            "supervisor": self.supervisor,
            **({"eye": self.eye, "reviewer": self.reviewer} if sees else {}),
            "clerk": self.clerk,
            "herald": self.herald,
            **({"fetcher": self.fetcher} if fetches else {}),
        }
        asked = {"page": pages, "steward": measures}
        return named | {role: getattr(self, role) for role, there in asked.items() if there}


def read_accounts(table: Table | None) -> Accounts | None:
    """Read ``[users]``; None where there is none, ConfigError where two roles are one user."""
    if table is None:
        return None
    usual = Accounts()
    accounts = Accounts(
        supervisor=table.text("supervisor", usual.supervisor),
        eye=table.text("eye", usual.eye),
        fetcher=table.text("fetcher", usual.fetcher),
        reviewer=table.text("reviewer", usual.reviewer),
        clerk=table.text("clerk", usual.clerk),
        herald=table.text("herald", usual.herald),
        page=table.text("page", usual.page),
        steward=table.text("steward", usual.steward),
    )
    table.done()
    names = accounts.by_role(fetches=True, pages=True, measures=True)
    if len(set(names.values())) < len(names):
        raise ConfigError(
            "two processes would be one user: expected seven names in [users]",
            hint="leave [users] empty: the usual names are seven",
        )
    return accounts
