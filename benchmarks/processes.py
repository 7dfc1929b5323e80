"""What a whole node costs: peak memory of each process, time to the first lease, CPU."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
from report import Claim

from edgekit.errors import ModelError
from edgekit.models.catalog import load_catalog
from edgekit.models.store import ModelStore
from edgekit.node.status import CLERK, PROCESSES, read_state
from edgekit.node.trying.demonstration import prepare, scenery
from edgekit.testing.plaza import Plaza

ROLES = ("eye", "clerk", "herald")
MODEL = "nanodet_2022nov"
FPS = 15
START_S = 30
LIMITS_MB = {"eye": 120, "clerk": 60, "herald": 60, "eye with a model": 180}


@dataclass(slots=True, kw_only=True)
class Watch:
    """What was seen of a node from outside."""

    peak_mb: dict[str, float]
    cpu_share: dict[str, float]
    start_s: float


def node_claims(data: Path, *, seconds: float) -> list[Claim]:
    """Run nodes on a video of the rendered plaza and return what they cost."""
    with tempfile.TemporaryDirectory(prefix="edgekit-") as name:
        return _node_claims(data, str(film(Path(name) / "plaza.mp4")), seconds=seconds)


def film(path: Path) -> Path:
    """Write half a minute of the plaza as a 640x480 video."""
    scene = Plaza(seed=7)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (640, 480))
    for index in range(30 * FPS):
        writer.write(scene.render(8 + index / FPS))
    writer.release()
    return path


def _node_claims(data: Path, source: str, *, seconds: float) -> list[Claim]:
    plain = watch_node(source, seconds, model=None)
    claims = [_memory(role, plain.peak_mb[role]) for role in ROLES]
    claims += [
        Claim(claim="from start to the first lease", value=plain.start_s, unit="s"),
        Claim(
            claim="CPU of the eye on a video of 15 frames/s, decoding included",
            value=100 * plain.cpu_share["eye"],
            unit="% of one core",
        ),
        Claim(claim="CPU of the clerk", value=100 * plain.cpu_share["clerk"], unit="% of one core"),
    ]
    model = find_model(data)
    if model is not None:
        peaks = watch_node(source, seconds, model=model).peak_mb
        claims.append(_memory("eye with a model", peaks["eye"]))
    return claims


def find_model(data: Path) -> Path | None:
    """Return a file of the person model, found by its hash beside the data, or None."""
    with tempfile.TemporaryDirectory() as folder:
        store = ModelStore(Path(folder), load_catalog())
        for path in sorted(data.absolute().parent.glob("models/*.onnx")):
            try:
                store.add(MODEL, path)
            except ModelError:
                continue
            return path
    return None


def watch_node(source: str, seconds: float, *, model: Path | None) -> Watch:
    """Run one node for so long and look at its processes."""
    with tempfile.TemporaryDirectory(prefix="edgekit-") as name:
        folder = Path(name) / "site"
        settings = prepare(folder, scenery(source))
        if model is not None:
            (folder / "models").mkdir()
            shutil.copy(model, folder / "models" / f"{MODEL}.onnx")
            text = settings.read_text(encoding="utf-8")
            settings.write_text(
                text.replace("[camera]\n", f'[camera]\ndetector = "{MODEL}"\n'), encoding="utf-8"
            )
        begun_s = time.monotonic()
        node = subprocess.Popen(  # noqa: S603 -- our own interpreter and words
            [sys.executable, "-m", "edgekit", "run", str(settings)],
            stderr=subprocess.DEVNULL,
        )
        try:
            return _watch(folder / "data", begun_s, seconds)
        finally:
            node.send_signal(signal.SIGTERM)
            node.wait(10)


def _watch(storage: Path, begun_s: float, seconds: float) -> Watch:
    while read_state(storage / CLERK).get("lease", "none") == "none":
        if time.monotonic() - begun_s > START_S:
            raise TimeoutError(f"no lease within {START_S} s: see {storage / 'node.log'}")
        time.sleep(0.05)
    start_s = time.monotonic() - begun_s
    processes = read_state(storage / PROCESSES)
    pids = {role: int(processes[role]["pid"]) for role in ROLES}
    before = {role: _cpu_s(pid) for role, pid in pids.items()}
    time.sleep(seconds)
    return Watch(
        peak_mb={role: _peak_mb(pid) for role, pid in pids.items()},
        cpu_share={role: (_cpu_s(pid) - before[role]) / seconds for role, pid in pids.items()},
        start_s=start_s,
    )


def _memory(role: str, peak_mb: float) -> Claim:
    return Claim(
        claim=f"peak memory (RSS) of the {role}",
        value=peak_mb,
        unit="MB",
        target=f"<= {LIMITS_MB[role]}",
    )


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _cpu_s(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
