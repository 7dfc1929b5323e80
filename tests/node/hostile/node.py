"""A node whose eye has a malicious model: ``SITE.TOML PAYLOAD``. Nothing of this is in the wheel.

The supervisor is the real one. It starts every eye with one more line: the payload is imported
before the walls stand, as any library would be, and acts where a model does, behind the seal.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from edgekit.confine.walls import Walls
from edgekit.errors import EdgekitError
from edgekit.node.processes import spawn
from edgekit.node.supervisor import Supervisor

HERE = Path(__file__).parent
clean = spawn.command


def command(role: str, walls: Walls, words: Sequence[str]) -> list[str]:
    line = clean(role, walls, words)
    if role == "eye":
        at = line.index("-c") + 1
        first, _, rest = line[at].partition("; from ")
        line[at] = (
            f"{first} + [{str(HERE)!r}]; import payload; payload.act({sys.argv[2]!r}); from {rest}"
        )
    return line


def main() -> int:
    """Run until stopped; whatever ends the node is told."""
    spawn.command = command
    try:
        Supervisor(Path(sys.argv[1]), echo=lambda line: print(line, flush=True)).run()
    except EdgekitError as error:
        print(f"edgekit: error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
