"""The fuzzers of `make fuzz`, for a moment."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.emulator


def test_both_sides_agree(firmware: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        "both_sides", Path(__file__).with_name("both_sides.py")
    )
    assert spec is not None
    assert spec.loader is not None
    both_sides = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(both_sides)

    both_sides.run(3000)
    with pytest.raises(AssertionError, match="host 0203, core"):
        both_sides.check(_Liar(), bytes.fromhex("0003010201040203" + "0000000001" + "00"))
    assert firmware.is_dir()


class _Liar:
    def verdicts(self, data: bytes) -> bytes:
        return data


def test_the_core_bears_any_bytes(firmware: Path, tmp_path: Path) -> None:
    if shutil.which("clang") is None:
        pytest.skip("clang absent")
    built = subprocess.run(
        ["make", "-s", "-C", firmware.parent, "build/fuzz"], capture_output=True, check=False
    )
    if built.returncode:
        pytest.skip("clang has no libFuzzer here")
    done = subprocess.run(
        [firmware / "fuzz", "-runs=2000", "-seed=1", "-max_len=300", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
