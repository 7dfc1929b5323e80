"""What is installed on a device: the library, and none of what plays or attacks it in tests."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOOKS = ("import payload", "import tests", "from tests", "lesser_kernel", "PYTEST", "import pytest")
"""How a test gets into a process: a path for one of these in the library would be a way in."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel as a release is built, from the sources as they lie here."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_it_holds_the_library_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"edgekit"}
    held = {name for name in names if name.startswith("edgekit/")}
    lying = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "edgekit").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == lying


def test_no_test_has_a_hook_in_it(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert not [name for name in names if "hostile" in name or "conftest" in name]
    ours = {path.read_bytes() for path in (ROOT / "tests").rglob("*.py")} - {b""}
    assert not [name for name in names if wheel.read(name) in ours]
    sources = {name: wheel.read(name).decode() for name in names if name.endswith(".py")}
    assert len(sources) > 1
    found = [(name, hook) for name, text in sources.items() for hook in HOOKS if hook in text]
    assert not found


def test_nothing_in_it_asks_the_environment_what_to_do(wheel: zipfile.ZipFile) -> None:
    """A variable that changes what runs would be a hook, too; those that are read are known."""
    asks = ("os.environ", "os.getenv", "getenv(")
    found = {
        name
        for name in wheel.namelist()
        if name.endswith(".py") and any(ask in wheel.read(name).decode() for ask in asks)
    }
    assert found <= {
        "edgekit/models/onnx.py",  # sets onnxruntime's own, before it is loaded
        "edgekit/node/handcount/window.py",  # where this machine's screen is
        "edgekit/node/service/watchdog.py",  # where systemd listens
        "edgekit/sensors/stream.py",  # sets OpenCV's own
    }
