"""Other people's trackers and line counters, each in the interpreter that has it.

They are asked for with ``--peer-python PATH``, as often as there are environments; without it they
are looked for in this interpreter and in ``.venv-*`` beside it. What is not found is said.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

WORKER = Path(__file__).with_name("peer_worker.py")
PEERS = ("supervision", "trackers", "norfair")
HOW = "python3 -m venv .venv-peers && .venv-peers/bin/pip install supervision trackers"
HOW_NORFAIR = "python3 -m venv .venv-norfair && .venv-norfair/bin/pip install norfair"


def peer_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add ``--peer-python`` and ``--norfair-python``, which mean the same."""
    parser.add_argument(
        "--peer-python",
        "--norfair-python",
        action="append",
        type=Path,
        default=[],
        metavar="PATH",
        help="an interpreter with supervision and trackers, or with norfair; may be repeated",
    )
    return parser


class Interpreter:
    """One that runs `peer_worker.py` until it is closed."""

    def __init__(self, python: Path) -> None:
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        self._process = subprocess.Popen(  # noqa: S603 -- what the user named, or this environment's own
            [str(python), str(WORKER), "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | threads,
        )
        self.versions: dict[str, str] = self.ask(verb="versions")

    def ask(self, **request: object) -> Any:  # noqa: ANN401 -- each verb answers in its own form
        """Send a request and return its answer; RuntimeError where the worker has died."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the worker has no pipes")
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._process.args!r} died of {request.get('verb')!r}")
        return json.loads(answer)

    def close(self) -> None:
        """End it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=10)


class Peers:
    """Every peer that was found, and edgekit itself, by the name of its distribution."""

    def __init__(self, pythons: list[Path]) -> None:
        root = Path(__file__).parents[1]
        near = [folder / "bin" / "python" for folder in sorted(root.glob(".venv-*"))]
        self._started: list[Interpreter] = []
        self._has: dict[str, Interpreter] = {}
        for python in [Path(sys.executable), *pythons, *near]:
            try:
                one = Interpreter(python)
            except (OSError, RuntimeError) as error:
                print(f"{python} does not answer: {error}", file=sys.stderr)
                continue
            self._started.append(one)
            for name in one.versions:
                self._has.setdefault(name, one)

    def __contains__(self, name: str) -> bool:
        return name in self._has

    def __getitem__(self, name: str) -> Interpreter:
        return self._has[name]

    def say(self) -> str:
        """Return which were found, and how to get those that were not."""
        found = [f"{name} {self._has[name].versions[name]}" for name in PEERS if name in self]
        missing = [name for name in PEERS if name not in self]
        lines = [f"peers: {', '.join(found) or 'none'}"]
        if missing:
            lines.append(f"not found: {', '.join(missing)}; {HOW}; {HOW_NORFAIR}")
        return "\n".join(lines)

    def close(self) -> None:
        """End all workers."""
        for one in self._started:
            one.close()
