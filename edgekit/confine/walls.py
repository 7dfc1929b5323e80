"""What stands around a process of the node from its first line on, before it loads a library.

    raise_walls(Walls.from_word(sys.argv[1]))

The supervisor writes it down, the process puts it up: memory that is not dumped, then a network
and folders of its own where the system allows that, Landlock where the kernel has it, and the
first filter. Only the filter is a must. The closed list follows once all is loaded.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from edgekit.confine.filter import install
from edgekit.confine.hygiene import begin_clean, drop_capabilities, lock_memory
from edgekit.confine.kernel import Kernel, LinuxKernel
from edgekit.confine.landlock import restrict
from edgekit.confine.namespace import withdraw
from edgekit.confine.rules import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """The first walls of one process.

    Attributes:
        stage: which first filter.
        reads: what Landlock lets it read.
        writes: what Landlock lets it write.
        hides: folders and files that it does not see.
        offline: whether it needs no network.
        locks: whether its memory is kept out of swap, where the system lets it.
        keeps_files: whether it makes files; what else makes one makes it for nobody to open.
        bare: whether nothing but hygiene is put up: it has to run code that is not ours.
        die_with: the process that it does not outlive, or None.
        strict: whether it ends where the filter cannot be put up.
    """

    stage: Stage
    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    offline: bool = True
    locks: bool = False
    keeps_files: bool = False
    bare: bool = False
    die_with: int | None = None
    strict: bool = True

    def to_word(self) -> str:
        """Return it as one word of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_word(cls, word: str) -> "Walls":
        """Read it back."""
        fields = json.loads(word)
        paths = {name: tuple(fields[name]) for name in ("reads", "writes", "hides")}
        return cls(**{**fields, **paths, "stage": Stage(fields["stage"])})


def raise_walls(walls: Walls, *, kernel: Kernel | None = None) -> tuple[str, ...]:
    """Put them up; return what stands beside the filter: `network`, `files`, `landlock`, `memory`.

    Raises:
        SealError: the filter cannot be put up here, or the kernel refused to protect the process.
    """
    kernel = kernel or LinuxKernel()
    begin_clean(keeps_files=walls.keeps_files, die_with=walls.die_with, kernel=kernel)
    if walls.bare:
        return ()
    locked = walls.locks and lock_memory(kernel=kernel)
    stand = withdraw(offline=walls.offline, hides=map(Path, walls.hides), kernel=kernel)
    landlocked = restrict(
        reads=map(Path, walls.reads),
        writes=map(Path, walls.writes),
        calls=not walls.offline,
        kernel=kernel,
    )
    drop_capabilities(kernel=kernel)
    install(walls.stage, kernel=kernel)
    others = {"landlock": landlocked, "memory": locked}
    return (*stand, *(name for name, stands in others.items() if stands))
