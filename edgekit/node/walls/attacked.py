"""A process that stands behind the same walls as one of the node's, and attacks them from inside.

`edgekit audit` starts one for each role. It has the role's walls, libraries and closed list, but
neither its camera nor its pipes; what it found goes to whoever started it, as JSON.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from edgekit.config import Settings
from edgekit.confine import allowance
from edgekit.confine.attacks import attacks_on
from edgekit.confine.attempt import Attempt, Promise, Target, attempt, peek
from edgekit.confine.bpf import Rule
from edgekit.confine.filter import install
from edgekit.confine.hygiene import hide_memory
from edgekit.confine.rules import Stage
from edgekit.consent.terms import SensorKind
from edgekit.errors import EdgekitError, SealError
from edgekit.node.log import say
from edgekit.node.walls.shutting import shut_in

READY = b"ready\n"

WORKING: Mapping[str, str] = {"eye": "walls.warming", "reviewer": "reviewer"}
"""Where that is which a role must still be able to do after all attacks."""


def main(words: Sequence[str]) -> int:
    """Run as a process of an audit: ``SETTINGS ROLE CAMERA VICTIM OUT GO``."""
    path, (role, camera) = Path(words[0]), words[1:3]
    victim, out, go = map(int, words[3:])
    try:
        settings = Settings.load(path)
        work = _load(role)
        if role == "eye" and settings.camera.device is not None:
            _narrow()
        shut_in(settings, _allowance(role, settings, out))
        os.write(out, READY)
        if not os.read(go, 1):
            return 0
        hide_memory()
    except EdgekitError as error:
        say("error", str(error), error=error)
        return 1
    target = Target(victim=victim, file=str(settings.path), descriptor=0, pipe=out)
    found = [attempt(attack, target) for attack in attacks_on(role)]
    found += [peek(*one) for one in _peeks(role, settings.keys.device, camera, victim)]
    work()
    data = memoryview(json.dumps([asdict(one) for one in found]).encode())
    while data:
        data = data[os.write(out, data) :]
    return 0


def found_in(data: bytes) -> tuple[Attempt, ...]:
    """Read back what such a process wrote after `READY`."""
    rows = json.loads(data)
    return tuple(Attempt(**{**row, "promise": Promise(row["promise"])}) for row in rows)


def _load(role: str) -> Callable[[], None]:
    """Load what the role loads; return what it must still be able to do after all attacks."""
    if role not in WORKING:
        return lambda: None
    # The clerk must not load OpenCV.
    work: Callable[[], None] = import_module(f"edgekit.node.{WORKING[role]}").warm_up
    work()
    return work


def _narrow() -> None:
    try:
        install(Stage.FILES)
    except SealError as error:
        say("warning", str(error))


def _allowance(role: str, settings: Settings, out: int) -> tuple[Rule, ...]:
    pid, source = os.getpid(), settings.camera
    camera = source.device is not None and source.sensor is SensorKind.CAMERA
    calls = settings.broker is not None
    lists: Mapping[str, Callable[[], tuple[Rule, ...]]] = {
        "eye": lambda: allowance.eye_allowance(pid=pid, outs=(out,), camera=camera),
        "fetcher": lambda: allowance.fetcher_allowance(pid=pid, out=out),
        "reviewer": lambda: allowance.eye_allowance(pid=pid, outs=(out,), camera=False),
        "clerk": lambda: allowance.clerk_allowance(pid=pid, control=out),
        "herald": lambda: allowance.herald_allowance(pid=pid, calls=calls),
        "page": lambda: allowance.page_allowance(pid=pid, doors=(out,), out=out),
        "steward": lambda: allowance.steward_allowance(pid=pid, control=out),
    }
    return lists[role]()


def _peeks(role: str, key_file: Path, camera: str, victim: int) -> list[tuple[Promise, str, str]]:
    what = "a camera" if "video" in camera else f"{camera}, in place of a camera"
    key = (Promise.KEY, "open the device's key", str(key_file))
    return [
        *([] if role == "clerk" else [key]),
        (Promise.CAMERA, f"open {what}", camera),
        (Promise.PROCESSES, "look at another in /proc", f"/proc/{victim}/status"),
        (Promise.PROCESSES, "read another's memory map", f"/proc/{victim}/maps"),
    ]
