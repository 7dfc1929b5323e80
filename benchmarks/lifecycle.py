"""How long it takes until a node that is stopped or hurt is where it should be.

    python benchmarks/lifecycle.py [--quick]

A whole node on the drawn plaza, again and again: told to stop; each of its processes killed; its
supervisor killed; paused by somebody present; its authorisation withdrawn. The worst of all rounds
is held to the target. An eye that has ended took its last frame before.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from report import Claim, arguments, finish
from tqdm import tqdm

from edgekit.cli.objecting import signed
from edgekit.config import Settings
from edgekit.consent.objection import Word
from edgekit.geometry import Line
from edgekit.node.clerking.bell import PRESENT, ring
from edgekit.node.status import PROCESSES, read_state
from edgekit.node.trying.demonstration import Scenery, prepare

ROUNDS, QUICK = 8, 2
PATIENCE_S = 60.0
ROLES = ("eye", "herald", "clerk")
MOST_S = {
    "SIGTERM until the node has ended": 2.0,
    "eye killed until a new one sees": 5.0,
    "herald killed until there is a new one": 5.0,
    "clerk killed until a new one's eye sees": 5.0,
    "supervisor killed until the three have ended": 5.0,
    "asked for a pause until the eye has ended": 1.0,
    "authorisation withdrawn until the eye has ended": 1.0,
}


@dataclass(slots=True)
class Node:
    """One running node and the folder of its data."""

    process: "subprocess.Popen[bytes]"
    data: Path
    begun_s: float = field(default_factory=time.time)

    def pid(self, role: str) -> int:
        found = read_state(self.data / PROCESSES).get(role)
        return int(found["pid"]) if isinstance(found, dict) and found.get("pid") else 0

    def sees(self, since_s: float) -> bool:
        state = read_state(self.data / "status.json")
        fresh = float(str(state.get("t_s", 0))) >= since_s
        return fresh and state.get("lease", "none") != "none" and state.get("view") == "good"


def wait(holds: Callable[[], object]) -> float:
    """Wait until something holds; return for how long."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > PATIENCE_S:
            raise SystemExit("a node did not do what it should within a minute")
        time.sleep(0.005)
    return time.monotonic() - begun


@contextmanager
def running(folder: Path) -> Iterator[Node]:
    """Run a node of its own until the block ends."""
    scene = Scenery(
        source="plaza:600",
        size=(640, 480),
        fps=10,
        lines=(Line("door", (320, 460), (320, 100)),),
        zones=(),
    )
    settings = prepare(folder, scene)
    with (folder / "said.log").open("wb") as said:
        words = [sys.executable, "-m", "edgekit", "run", str(settings)]
        process = subprocess.Popen(words, stdout=said, stderr=said)  # noqa: S603 -- our own words
    node = Node(process, settings.parent / "data")
    try:
        wait(lambda: node.sees(node.begun_s))
        yield node
    finally:
        process.kill()
        process.wait()


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def replaced(node: Node, role: str) -> float:
    """Kill one process; return how long it took until there was another one that works."""
    old, killed_s = node.pid(role), time.time()
    os.kill(old, signal.SIGKILL)
    new_s = wait(lambda: node.pid(role) not in {0, old})
    # The state is written each second, with whole seconds.
    return new_s if role == "herald" else new_s + wait(lambda: node.sees(killed_s + 1))


def withdrawal(site: Path) -> bytes:
    """Return the organisation's signed word that ends its authorisation."""
    key = site / "keys" / "organisation.key.pem"
    return signed(Settings.load(site / "site.toml"), Word.WITHDRAW, key)


def one_round(folder: Path) -> dict[str, float]:
    """Return what one node took for each."""
    took = list(MOST_S)
    found: dict[str, float] = {}
    with running(folder / "ill") as node:
        for name, role in zip(took[1:4], ROLES, strict=True):
            found[name] = replaced(node, role)
        pids = [node.pid(role) for role in ROLES]
        node.process.kill()
        node.process.wait()
        found[took[4]] = wait(lambda: not any(map(alive, pids)))
    for name, told in ((took[5], lambda _: PRESENT), (took[6], withdrawal)):
        with running(folder / name[:5]) as node:
            eye, note = node.pid("eye"), told(node.data.parent)
            ring(node.data, note)
            found[name] = wait(lambda eye=eye: not alive(eye))
    with running(folder / "well") as node:
        begun = time.monotonic()
        node.process.terminate()
        node.process.wait(PATIENCE_S)
        found[took[0]] = time.monotonic() - begun
    return found


def main() -> None:
    args = arguments("How long ends and replacements take.").parse_args()
    rounds: list[dict[str, float]] = []
    for _ in tqdm(range(QUICK if args.quick else ROUNDS), desc="rounds", disable=None):
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(one_round(Path(folder)))
    claims = []
    for name, most_s in MOST_S.items():
        values = sorted(one[name] for one in rounds)
        median = Claim(claim=f"{name}, median", value=values[len(values) // 2], unit="s")
        claims += [
            median,
            Claim(claim=f"{name}, worst", value=values[-1], unit="s", target=f"<= {most_s}"),
        ]
    finish("lifecycle", claims, rounds=len(rounds))


if __name__ == "__main__":
    main()
