"""``[users]``: a user of the system for each process of a node, where it is started as root.

[users]                       # the table alone is enough: these are the names that it stands for
supervisor = "edgekit"
eye = "edgekit-eye"
fetcher = "edgekit-fetcher"   # only where the camera is on the network
reviewer = "edgekit-reviewer"
clerk = "edgekit-clerk"
herald = "edgekit-herald"
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

    def by_role(self, *, fetches: bool) -> dict[str, str]:
        """Return role and name, of the fetcher only where there is one."""
        named = {
            "supervisor": self.supervisor,
            "eye": self.eye,
            "reviewer": self.reviewer,
            "clerk": self.clerk,
            "herald": self.herald,
        }
        return {**named, "fetcher": self.fetcher} if fetches else named


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
    )
    table.done()
    names = accounts.by_role(fetches=True)
    if len(set(names.values())) < len(names):
        raise ConfigError(
            "two processes would be one user: expected six names in [users]",
            hint="leave [users] empty: the usual names are six",
        )
    return accounts
