"""Nodes on kernels that lack a wall: refused with a sentence, or told in every record."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.testing.spec import PLAZA

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.node.conftest import Node, Place, Places

LESSER = Path(__file__).parents[1] / "lesser_kernel.py"


def run_without(places: "Places", place: "Place", missing: str) -> "Node":
    return places.run(place, before=[sys.executable, str(LESSER), missing])


def test_strict_refuses_without_seccomp_and_says_why(places: "Places") -> None:
    node = run_without(places, places.make(), "seccomp")
    assert node.end() == 1
    said = node.log()
    assert "edgekit: error: seccomp filter refused by the kernel" in said
    assert "edgekit: hint: use a kernel with CONFIG_SECCOMP_FILTER" in said
    assert "Traceback" not in said
    assert not (node.place.data / "ledger.sqlite").exists()


def test_maker_goes_on_and_every_record_says_so(
    places: "Places", wait: "Callable[..., float]"
) -> None:
    place = places.make()
    text = place.settings.read_text().replace("[site]", '[site]\nconfinement = "maker"')
    place.settings.write_text(text)
    node = run_without(places, place, "seccomp")
    node.wait_seeing(60)
    wait(lambda: place.windows() and any(one["count"] is not None for one in place.windows()), 60)
    node.stop()
    assert node.process.returncode == 0, node.log()
    assert {(p["seal"], p["seal_clerk"], p["seal_herald"]) for p in place.payloads()} == {
        ("none", "none", "none")
    }
    assert {p["source"] for p in place.payloads()} == {"rendered"}
    assert {p["users"] for p in place.payloads()} == {"same-uid"}


def test_filters_alone_are_a_seal(places: "Places", wait: "Callable[..., float]") -> None:
    node = run_without(places, places.make(), "landlock+namespaces")
    node.wait_seeing(60)
    wait(lambda: node.place.windows() and node.place.windows()[-1]["seal"] == "sealed", 60)
    node.stop()
    assert node.process.returncode == 0, node.log()


def test_demo_goes_on_where_nothing_can_be_sealed(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, str(LESSER), "seccomp", sys.executable, "-m", "edgekit"),
            *("demo", "--seconds", "4", "--out", str(tmp_path / "demo")),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "edgekit: nothing is sealed in this demo: seccomp filter refused" in done.stderr
    assert PLAZA in (tmp_path / "demo" / "site.toml").read_text()
