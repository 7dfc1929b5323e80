"""How fast a film is redacted, from file to file, beside deface.

    python benchmarks/redaction_speed.py --data DIR --deface COMMAND [--models DIR] [--quick]

The film is a window of 640x480 that pans over a crowd, H.264, as in ``redaction_video.py``. Both
commands decode, find, cover and encode it in processes of their own, start-up included, in turns,
so that a busy machine slows both alike; a ratio is that of the medians. Time is CPU time, which a
busy machine changes least; the ratio of wall time is told as well. deface decodes and encodes in
processes of ffmpeg beside its own, so memory is told of all processes together, looked at twenty
times a second (proportional set size), and of the largest alone.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deface import with_deface
from faces import fill, find, folders, open_store
from redaction_video import CROWD, FPS, SECONDS, SIZE, WORKING, Pan
from report import Claim, Peer, arguments, finish

from edgekit.frames import Detections, Frame
from edgekit.node.redacting.video import video_writer
from edgekit.redaction.redactor import Redactor

TARGETS = {"yunet_n_dynamic": ">= 5", "centerface": ">= 3"}
TURNS = 5
LOOK_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one run of a command."""

    cpu_s: float
    wall_s: float
    largest_mb: float
    together_mb: float


class Nobody:
    """A detector that is never asked."""

    def detect(self, _: Frame) -> Detections:
        raise RuntimeError("nobody is to be looked for here")


def run(command: Sequence[str]) -> Cost:
    """Run a command to its end; its own children are counted with it."""
    script = (
        "import resource, subprocess, sys; "
        "done = subprocess.run(sys.argv[1:], capture_output=True); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024); sys.exit(done.returncode)"
    )
    start = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 -- the commands that were named
        [sys.executable, "-c", script, *command],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        together_mb = 0.0
        while process.poll() is None:
            together_mb = max(together_mb, held_mb(process.pid))
            time.sleep(LOOK_S)
        wall_s = time.perf_counter() - start
        told = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    cpu_s, largest_mb = map(float, told.split())
    return Cost(cpu_s=cpu_s, wall_s=wall_s, largest_mb=largest_mb, together_mb=together_mb)


def held_mb(session: int) -> float:
    """Memory that the processes of a session hold now, but for its first; shared pages once."""
    held_kb = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):  # it has ended meanwhile
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and int(folder.name) != session:
                rollup = (folder / "smaps_rollup").read_text()
                held_kb += int(rollup.partition("\nPss:")[2].split()[0])
    return held_kb / 1024


def film(data: Path, path: Path) -> bool:
    """Make the film; False where there is no crowd to pan over."""
    pictures = [p for _, found in find(data) for p in found if len(p.faces) >= CROWD]
    if not pictures:
        return False
    plain = Redactor(SIZE, mode="faces", detector=Nobody())
    with video_writer(path, size=SIZE, fps=FPS) as write:
        for frame, _ in Pan(pictures[0]).frames():
            write(plain.redact_at(frame, ()), frame.t_ms)
    return True


def claims(name: str, ours: list[Cost], peer: list[Cost]) -> list[Claim]:
    frames = FPS * SECONDS
    (cpu_s, peer_cpu_s), (wall_s, peer_wall_s), (largest_mb, peer_mb), (all_mb, peer_all_mb) = (
        [statistics.median(getattr(cost, part) for cost in costs) for costs in (ours, peer)]
        for part in ("cpu_s", "wall_s", "largest_mb", "together_mb")
    )
    return [
        Claim(
            claim=f"{name}: times as fast as deface, CPU",
            value=peer_cpu_s / cpu_s,
            unit="ratio",
            target=TARGETS[name],
            peer=Peer(name="deface, frames per CPU second", value=frames / peer_cpu_s),
        ),
        Claim(claim=f"{name}: frames per CPU second", value=frames / cpu_s, unit="frames/s"),
        Claim(
            claim=f"{name}: times as fast as deface, wall",
            value=peer_wall_s / wall_s,
            unit="ratio",
            peer=Peer(name="deface, frames/s", value=frames / peer_wall_s),
        ),
        Claim(
            claim=f"{name}: peak memory of all processes together over deface's",
            value=all_mb / peer_all_mb,
            unit="ratio",
            target="<= 1",
            peer=Peer(name="deface and its ffmpeg, MB", value=peer_all_mb),
        ),
        Claim(
            claim=f"{name}: peak memory of the largest process over deface's",
            value=largest_mb / peer_mb,
            unit="ratio",
            target="<= 1",
            peer=Peer(name="deface without its ffmpeg, MB", value=peer_mb),
        ),
    ]


def main() -> None:
    parser = with_deface(arguments("How fast a film is redacted, beside deface."))
    parser.add_argument("--models", type=Path, metavar="DIR", help="model files, known by hash")
    args = parser.parse_args()
    said: list[Claim] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = open_store(folder)
        fill(store, folders(args.data, args.models))
        source = folder / "in.mp4"
        turns = (1 if args.quick else TURNS) if film(args.data, source) else 0
        theirs = [str(args.deface), str(source), "-o", str(folder / "theirs.mp4")]
        costs: dict[str, list[Cost]] = {model: [] for model in ("deface", *WORKING)}
        for _ in range(turns):
            if args.deface:
                costs["deface"].append(run(theirs))
            for model in (model for model in WORKING if model in store.installed()):
                words = f"redact {source} {folder}/ours.mp4 --mode faces --force --models {folder}"
                command = [sys.executable, "-m", "edgekit", *words.split(), "--model", model]
                costs[model].append(run(command))
        for model in WORKING:
            if costs[model] and costs["deface"]:
                said += claims(model, costs[model], costs["deface"])
    finish("redaction_speed", said, turns=len(costs["deface"]))


if __name__ == "__main__":
    main()
