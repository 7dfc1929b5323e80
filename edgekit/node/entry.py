"""How each process of the node begins: its walls first, and only then what it is there for.

Nothing but the standard library and `edgekit.confine` is loaded before the walls stand; Python
itself was started without ``site``, so that no ``.pth`` file of an installed package ran either.
"""

import sys
from collections.abc import Mapping
from importlib import import_module

from edgekit.confine.walls import Walls, raise_walls
from edgekit.errors import SealError
from edgekit.node.log import say

MODULES: Mapping[str, str] = {
    "eye": "eye",
    "fetcher": "fetcher",
    "reviewer": "reviewer",
    "clerk": "clerking.desk",
    "herald": "herald",
    "page": "page.process",
    "steward": "steward.rounds",
    "attacked": "walls.attacked",
}


def main() -> None:
    """Put up the walls, then run the role: ``ROLE WALLS WORD…``."""
    role, word, *words = sys.argv[1:]
    walls = Walls.from_word(word)
    try:
        raise_walls(walls)
    except SealError as error:
        if walls.strict:
            say("error", str(error), error=error)
            sys.exit(1)
        say("warning", f"without walls, as the settings allow: {error}")
    sys.exit(import_module(f"edgekit.node.{MODULES[role]}").main(words))
