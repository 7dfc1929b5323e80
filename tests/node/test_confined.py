"""What each process of a running node may do, holds in memory and has loaded."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import pytest

from edgekit.confine.census import census
from edgekit.models.catalog import load_catalog
from edgekit.models.store import ModelStore
from edgekit.testing.plaza import PlazaSource

if TYPE_CHECKING:
    from tests.node.conftest import Node, Places

MB = 1024
MODEL = "nanodet_2022nov"
HEAVY = ("numpy", "cv2", "onnxruntime", "opencv", "libav")


def peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / MB


def more_mapped_mb(pid: int, usual_mb: int) -> float:
    """Return how much more of its libraries' files a process has mapped than it usually does.

    Files that were just written lie in the page cache in large pieces and are mapped as such: some
    30 MB that no process asked for, and that are gone once the cache was dropped.
    """
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith("RssFile:"))
    return max(0.0, int(line.split()[1]) / MB - usual_mb)


def mapped(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


@pytest.fixture(scope="module")
def node(many: "Places") -> "Node":
    # Not the rendered plaza itself: drawing it takes more memory than seeing it.
    video = many.root / "plaza.avi"
    plaza = PlazaSource(clock_ms=lambda: 0, fps=10, seconds=25, realtime=False)
    writer = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"MJPG"), 10, plaza.size)
    while (frame := plaza.read()) is not None:
        writer.write(frame.pixels)
    writer.release()
    return many.run(many.make(source=str(video)))


def test_each_process_is_small_and_clerk_and_herald_see_no_pixels(
    node: "Node", wait: Callable[..., float]
) -> None:
    node.wait_seeing()
    wait((node.place.data / "preview.jpg").exists)
    wait(node.place.windows)
    peaks = {role: peak_mb(node.pid(role)) for role in ("eye", "clerk", "herald")}
    for role in ("clerk", "herald"):
        loaded = mapped(node.pid(role))
        assert not [name for name in HEAVY if f"/{name}" in loaded]
    print({role: f"{peak:.1f} MB" for role, peak in peaks.items()})
    assert peaks["eye"] <= 120 + more_mapped_mb(node.pid("eye"), 50)
    assert peaks["clerk"] <= 60
    assert peaks["herald"] <= 60


def test_eye_has_a_filter_on_every_thread_and_no_way_out(node: "Node") -> None:
    node.wait_seeing()
    seen = census(node.pid("eye"))

    assert len(seen.threads) > 1
    assert set(seen.seccomp_modes) == {2}
    assert all(seen.no_new_privs)
    assert seen.children == ()
    assert seen.descriptors is not None
    outs = [held.target for held in seen.descriptors if held.writable]
    # Observations and pictures: it has no words for a log any more.
    assert len([target for target in outs if target.startswith("pipe:")]) == 2
    assert {target for target in outs if not target.startswith("pipe:")} <= {os.devnull}
    assert node.state()["seal"] == "sealed"


def test_keys_are_out_of_the_eye_and_the_herald(node: "Node") -> None:
    node.wait_seeing()
    for role in ("eye", "herald"):
        pid = node.pid(role)
        held = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
        assert not [target for target in held if "ledger" in target or "keys" in target]
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        assert b"HOME=" not in environment
        assert b"PATH=" not in environment


@pytest.mark.shared
def test_eye_with_a_model_stays_within_its_bounds(places: "Places", shared_models: Path) -> None:
    file = shared_models / "nanodet_m_416.onnx"
    if not file.exists():
        pytest.skip("shared model files absent")
    place = places.make(camera=f'detector = "{MODEL}"\nfps = 5')
    (place.folder / "models").mkdir()
    ModelStore(place.folder / "models", load_catalog()).add(MODEL, file)
    node = places.run(place)
    node.wait_seeing(40)
    peak, more = peak_mb(node.pid("eye")), more_mapped_mb(node.pid("eye"), 70)
    clerk = mapped(node.pid("clerk"))
    node.stop()

    assert node.process.returncode == 0, node.log()
    assert not [name for name in HEAVY if f"/{name}" in clerk]
    print(f"eye with a model: {peak:.1f} MB")
    assert peak <= 180 + more
