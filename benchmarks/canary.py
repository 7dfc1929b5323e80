"""Frames with a known pattern, a node that is ill-treated, and a search for the pattern afterwards.

A figure made of fixed random pixels walks through the picture while processes are killed, made to
crash and restarted, the disk is full and the file system gives errors. Then every file that there
is, the log, the ledger, temporary folders, and all that an eye has ever written to its pipes are
searched for any row of it, as pixels, as grey, in either order of colours, and in every picture.
"""

import os
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
from report import Claim, arguments, finish

from edgekit.config import Settings
from edgekit.consent.lease import Lease
from edgekit.frames import Pixels
from edgekit.geometry import Line
from edgekit.node.clock import now_ms
from edgekit.node.control import close_all
from edgekit.node.processes.spawn import spawn
from edgekit.node.status import PROCESSES, read_state
from edgekit.node.trying.demonstration import Scenery, prepare
from edgekit.node.walls.posture import models_of, walls_of

HERE = Path(__file__).parent
LESSER = HERE.parent / "tests" / "lesser_kernel.py"
WIDTH, HEIGHT, FPS = 640, 480, 10
CANARY: Pixels = np.random.default_rng(11).integers(0, 256, (160, 64, 3), np.uint8)
ROW_BYTES = 48
CRASHES = (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGTERM)
STILL_ALIKE = 0.5
START_S = 60.0
FILM_S = 60


def film(path: Path, seconds: int) -> Path:
    """Write a film without loss, in which the canary walks to and fro."""
    tiles = np.random.default_rng(3).integers(60, 200, (HEIGHT // 40, WIDTH // 40, 3), np.uint8)
    wall = cv2.resize(tiles, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"FFV1"), FPS, (WIDTH, HEIGHT))
    for index in range(seconds * FPS):
        x = abs((index * 12) % 1100 - 550)
        picture = wall.copy()
        picture[200:360, x : x + 64] = CANARY
        writer.write(picture)
    writer.release()
    return path


def needles() -> tuple[bytes, ...]:
    """The rows to look for: BGR, RGB, grey."""
    grey = cv2.cvtColor(CANARY, cv2.COLOR_BGR2GRAY)
    found = []
    for form in (CANARY, CANARY[..., ::-1], grey):
        found += [row.tobytes()[:ROW_BYTES] for row in form[::4]]
    return tuple(found)


def site(folder: Path, source: Path) -> Path:
    """Make a site that counts over a line, with a covered preview."""
    scene = Scenery(
        source=str(source),
        size=(WIDTH, HEIGHT),
        fps=FPS,
        lines=(Line("middle", (320, 460), (320, 20)),),
        zones=(),
    )
    return prepare(folder, scene)


def start(settings: Path, log: Path, missing: str = "") -> "subprocess.Popen[bytes]":
    """Start a node; ``missing``: what the file system refuses meanwhile."""
    before = [sys.executable, str(LESSER), missing] if missing else []
    with log.open("ab") as file:
        return subprocess.Popen(  # noqa: S603 -- our own interpreter and words
            [*before, sys.executable, "-m", "edgekit", "run", str(settings)],
            stdout=file,
            stderr=file,
        )


def ill_treat(settings: Path, log: Path, seconds: float) -> dict[str, int]:
    """Run the node for so long and let everything happen to it; return how often what did."""
    dice = random.Random(2)
    data = settings.parent / "data"
    happened = {"crashes": 0, "full disk": 0, "restarts": 0, "I/O errors": 0}
    until = time.monotonic() + seconds
    node = start(settings, log)
    while time.monotonic() < until:
        time.sleep(dice.uniform(2, 5))
        if node.poll() is not None:
            _blank(data)
            faulty = happened["I/O errors"] <= happened["restarts"]
            node = start(settings, log, "fsync" if faulty else "")
            happened["I/O errors" if faulty else "restarts"] += 1
            continue
        (mishap,) = dice.choices(("crash", "full disk", "end"), weights=(6, 2, 1))
        if mishap == "crash":
            happened["crashes"] += _crash(data, dice)
        elif mishap == "full disk":
            happened["full disk"] += _fill(data)
        else:
            node.send_signal(dice.choice((signal.SIGTERM, signal.SIGKILL)))
            with suppress(subprocess.TimeoutExpired):
                node.wait(10)
    node.terminate()
    with suppress(subprocess.TimeoutExpired):
        node.wait(10)
    node.kill()
    return happened


def _crash(data: Path, dice: random.Random) -> int:
    processes = read_state(data / PROCESSES)
    role = dice.choice(("eye", "eye", "eye", "clerk", "herald"))
    pid = dict(processes.get(role) or {}).get("pid")
    if not pid:
        return 0
    with suppress(ProcessLookupError):
        os.kill(int(pid), dice.choice(CRASHES))
        return 1
    return 0


def _fill(data: Path) -> int:
    """Fill the disk where it is one of the test's own, for three seconds."""
    if not os.path.ismount(data):
        return 0
    filler = data / "filler"
    with suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(bytes(65_536))
    time.sleep(3)
    filler.unlink(missing_ok=True)
    return 1


def _blank(data: Path) -> None:
    (data / "filler").unlink(missing_ok=True)


def tap(settings: Path, seconds: float) -> bytes:
    """Run one sealed eye and return every byte that it writes."""
    (seen, seen_w), (lease_r, lease), (picture, picture_w) = os.pipe(), os.pipe(), os.pipe()
    site_settings = Settings.load(settings)
    walls = walls_of("eye", site_settings, models=models_of(site_settings), die_with=os.getpid())
    held = (seen_w, lease_r, picture_w)
    words = [str(settings), str(models_of(site_settings)), "1", "0", *map(str, held)]
    log_r, log_w = os.pipe()
    eye = spawn("eye", walls, words, pass_fds=held, log_fd=log_w)
    close_all((*held, log_w))
    ends = [seen, picture, log_r]
    heard, serial, until = bytearray(), 0, time.monotonic() + START_S
    while time.monotonic() < until and eye.poll() is None:
        with suppress(BrokenPipeError):
            os.write(lease, Lease.grant(serial, now_ms()).to_bytes())
        serial += 1
        for descriptor in select.select(ends, [], [], 0.2)[0]:
            if not heard:
                until = time.monotonic() + seconds
            data = os.read(descriptor, 65_536)
            heard += data
            if not data:
                ends.remove(descriptor)
    eye.kill()
    eye.wait()
    close_all((seen, lease, picture, log_r))
    return bytes(heard)


def places(folder: Path, since_s: float) -> Iterator[Path]:
    """Every file of the site, and whatever is newer in places where files are left behind."""
    yield from (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".avi")
    for root in ("/tmp", "/var/tmp", "/dev/shm", "/var/crash", "/var/lib/systemd/coredump", "/"):  # noqa: S108 -- searched
        for path in Path(root).glob("*"):
            with suppress(OSError):
                if path.is_file() and path.stat().st_mtime >= since_s:
                    yield path
    yield from (path for path in Path.cwd().glob("core*") if path.is_file())


def finds(path: Path, pattern: "re.Pattern[bytes]") -> bool:
    """Whether a file holds the canary, as bytes or as a picture."""
    with suppress(OSError):
        data = path.read_bytes()
        return bool(pattern.search(data)) or shows(data)
    return False


def shows(data: bytes) -> bool:
    """Whether data is a picture in which the canary can be seen."""
    if not data.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF", b"BM")):
        return False
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None or picture.shape[0] < CANARY.shape[0]:
        return False
    alike = cv2.matchTemplate(picture, CANARY, cv2.TM_CCOEFF_NORMED)
    return float(alike.max()) > STILL_ALIKE


def main() -> None:
    """Ill-treat a node and look for the canary."""
    options = arguments(__doc__ or "").parse_args()
    seconds = 30.0 if options.quick else 240.0
    since_s = time.time() - 1
    with tempfile.TemporaryDirectory(prefix="edgekit-") as name:
        folder = Path(name)
        source = film(folder / "film.avi", FILM_S)
        settings = site(folder / "site", source)
        data = settings.parent / "data"
        data.mkdir(exist_ok=True)
        own_disk = os.geteuid() == 0 and shutil.which("mount") is not None
        if own_disk:
            command = ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(data)]
            own_disk = subprocess.run(command, check=False).returncode == 0  # noqa: S603 -- ours
        try:
            happened = ill_treat(settings, folder / "node.log", seconds)
            pattern = re.compile(b"|".join(map(re.escape, needles())))
            searched = list(places(folder, since_s))
            hits = [path for path in searched if finds(path, pattern)]
            bytes_searched = sum(path.stat().st_size for path in searched if path.exists())
        finally:
            if own_disk:
                subprocess.run(["umount", "-l", str(data)], check=False)  # noqa: S603, S607 -- ours
        heard = tap(settings, 12 if options.quick else 30)
        seen = decoded(source, pattern)
    finish(
        "canary",
        [
            Claim(
                claim="decoded frames in which the search finds it",
                value=seen,
                unit="%",
            ),
            Claim(
                claim=f"files in which the canary was found, of {len(searched)}",
                value=len(hits),
                unit="files",
                target="<= 0",
            ),
            Claim(
                claim=f"rows or pictures of it in {len(heard)} bytes that an eye wrote anywhere",
                value=len(pattern.findall(heard))
                + sum(shows(heard[one.start() :]) for one in re.finditer(rb"\x89PNG", heard)),
                unit="rows",
                target="<= 0",
            ),
            Claim(claim="searched", value=bytes_searched / 1e6, unit="MB"),
            *(Claim(claim=what, value=n, unit="times") for what, n in happened.items()),
        ],
        found=[str(path) for path in hits],
    )


def decoded(source: Path, pattern: "re.Pattern[bytes]") -> float:
    """Show that the search finds it where it is: in the frames themselves."""
    capture = cv2.VideoCapture(str(source))
    found = frames = 0
    while frames < 50 and (read := capture.read())[0]:  # noqa: PLR2004 -- enough to see
        frames += 1
        found += bool(pattern.search(read[1].tobytes()))
    capture.release()
    return 100 * found / max(1, frames)


if __name__ == "__main__":
    main()
