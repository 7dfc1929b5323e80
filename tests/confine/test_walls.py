"""The first walls as one word, and in their order."""

import errno
import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.confine import hygiene
from edgekit.confine.rules import Stage
from edgekit.confine.walls import Walls, raise_walls
from edgekit.errors import SealError

if TYPE_CHECKING:
    from tests.confine.conftest import FakeKernel

    Kernels = Callable[..., FakeKernel]

PATHS = st.lists(st.text(min_size=1, max_size=20), max_size=4).map(tuple)


@pytest.fixture(autouse=True)
def _restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(hygiene, "DUMPED", tmp_path / "coredump_filter")
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    mask = os.umask(0o22)
    yield
    os.umask(mask)


@given(
    stage=st.sampled_from(Stage),
    reads=PATHS,
    writes=PATHS,
    hides=PATHS,
    flags=st.tuples(*[st.booleans()] * 4),
    die_with=st.none() | st.integers(1, 2**22),
)
def test_they_come_back_from_their_word(
    stage: Stage,
    reads: tuple[str, ...],
    writes: tuple[str, ...],
    hides: tuple[str, ...],
    flags: tuple[bool, ...],
    die_with: int | None,
) -> None:
    offline, locks, keeps_files, strict = flags
    walls = Walls(
        stage=stage,
        reads=reads,
        writes=writes,
        hides=hides,
        offline=offline,
        locks=locks,
        keeps_files=keeps_files,
        die_with=die_with,
        strict=strict,
    )
    assert Walls.from_word(walls.to_word()) == walls


@pytest.fixture
def no_landlock() -> dict[str, int]:
    """A kernel of Raspberry Pi OS."""
    return {"landlock_create_ruleset": errno.ENOSYS}


def test_rights_go_before_the_filter_and_after_what_needs_them(
    fake_kernel: "Kernels", no_landlock: dict[str, int], tmp_path: Path
) -> None:
    kernel = fake_kernel(refusals=no_landlock)
    walls = Walls(stage=Stage.FILES, reads=(), hides=(str(tmp_path),), locks=True)
    assert raise_walls(walls, kernel=kernel) == ("network", "files", "memory")
    names = [name for name, _ in kernel.called]
    assert names[:2] == ["mlockall", "unshare"]
    assert names[-1] == "capset"
    assert len(kernel.installed) == 1


def test_landlock_stands_where_the_kernel_has_it(fake_kernel: "Kernels") -> None:
    ruleset = os.open("/dev/null", os.O_RDONLY)
    kernel = fake_kernel(answers={"landlock_create_ruleset": ruleset})
    walls = Walls(stage=Stage.BOOKS, reads=(), offline=False, keeps_files=True)
    assert raise_walls(walls, kernel=kernel) == ("landlock",)


def test_who_runs_other_code_is_left_bare(fake_kernel: "Kernels") -> None:
    kernel = fake_kernel()
    assert raise_walls(Walls(stage=Stage.BOOKS, reads=(), bare=True), kernel=kernel) == ()
    assert kernel.called == kernel.installed == []


def test_without_a_filter_there_are_no_walls(
    fake_kernel: "Kernels", no_landlock: dict[str, int]
) -> None:
    kernel = fake_kernel(refuses=errno.EINVAL, refusals=no_landlock)
    with pytest.raises(SealError, match="refused by the kernel"):
        raise_walls(Walls(stage=Stage.FILES, reads=()), kernel=kernel)
