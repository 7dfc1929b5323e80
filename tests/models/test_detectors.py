"""The decoders on the real models: right boxes, small memory, no telemetry."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ModelError
from edgekit.frames import FACE, Frame
from edgekit.models.boxes import overlap, suppress
from edgekit.models.catalog import load_catalog
from edgekit.models.load import load_face_detector, load_people_detector
from edgekit.models.nanodet import NanoDetDetector
from edgekit.models.onnx import OnnxModel
from edgekit.models.store import ModelStore
from edgekit.models.yunet import YuNetDetector


@pytest.fixture
def store(shared_models: Path, tmp_path: Path) -> ModelStore:
    store = ModelStore(tmp_path / "models", load_catalog())
    store.add("nanodet_2022nov", shared_models / "nanodet_m_416.onnx")
    store.add("yunet_n_dynamic", shared_models / "yunet_n_dynamic.onnx")
    return store


class FakeModel:
    """Looks like an `OnnxModel` of the given shape and outputs."""

    def __init__(self, shape: tuple[int, ...], outputs: dict[str, np.ndarray]) -> None:
        self.input_shape = shape
        self.outputs = tuple(outputs)
        self._values = outputs

    def run(self, _: np.ndarray) -> dict[str, np.ndarray]:
        return self._values


@pytest.mark.shared
def test_yunet_finds_labelled_faces_at_any_size(store: ModelStore, shared_data: Path) -> None:
    import json  # noqa: PLC0415 -- one test needs it

    folder = shared_data / "vision" / "faces"
    labels = json.loads((folder / "labels.json").read_text())
    detector = load_face_detector(store, "yunet_n_dynamic")
    hits = there = 0
    for name in sorted(labels)[:12]:
        pixels = cv2.imread(str(folder / "images" / name))
        boxes = detector.detect(Frame(pixels, 0, 0))
        assert (boxes.xyxy[:, 2:] <= [pixels.shape[1], pixels.shape[0]]).all()
        assert (boxes.class_id == FACE).all()
        for face in labels[name]["faces"]:
            box = np.asarray(face["box"], np.float32)
            hits += bool(len(boxes) and (overlap(box, boxes.xyxy) > 0.4).any())
            there += 1
    assert hits / there > 0.95


@pytest.mark.shared
def test_a_model_is_used_only_for_what_it_finds(store: ModelStore) -> None:
    for load, name, match in (
        (load_face_detector, "nanodet_2022nov", "finds person"),
        (load_people_detector, "yunet_n_dynamic", "finds face"),
        (load_people_detector, "yolox_s_2022nov", "can't read its outputs"),
        (load_face_detector, "yunet_s_dynamic", "not installed"),
    ):
        with pytest.raises(ModelError, match=match):
            load(store, name)
    data = store.read("yunet_n_dynamic")
    with pytest.raises(ModelError, match="NanoDet"):
        NanoDetDetector(OnnxModel(data, name="yunet"))
    with pytest.raises(ModelError, match="YuNet"):
        YuNetDetector(OnnxModel(store.read("nanodet_2022nov"), name="nanodet"))
    with pytest.raises(ModelError, match="failed"):
        OnnxModel(data, name="yunet").run(np.zeros((1, 1, 32, 32), np.float32))


@pytest.mark.shared
def test_a_file_that_is_no_model_is_refused() -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        OnnxModel(b"no model", name="odd")


def test_a_known_output_decodes_to_a_known_box_and_nothing_to_none() -> None:
    values: dict[str, np.ndarray] = {}
    for stride in (8, 16, 32):
        cells = (64 // stride) ** 2
        values[f"c{stride}"] = np.zeros((1, cells, 80), np.float32)
        values[f"b{stride}"] = np.full((1, cells, 32), -50, np.float32)
        values[f"b{stride}"].reshape(cells, 4, 8)[:, :, 1] = 50  # one stride to each side
    detector = NanoDetDetector(FakeModel((1, 3, 64, 64), values), classes=(0, 2))
    frame = Frame(np.zeros((32, 64, 3), np.uint8), 0, 0)
    assert len(detector.detect(frame)) == 0
    values["c8"][0, 2 * 8 + 3, 2] = 0.9  # row 2, column 3: centre (28, 20)
    found = detector.detect(frame)
    assert found.xyxy.tolist() == [[20, 12, 36, 28]]
    assert found.class_id.tolist() == [2]


boxes = st.lists(
    st.tuples(*[st.floats(0, 50, width=32)] * 2, *[st.floats(1, 50, width=32)] * 2), max_size=12
)


@given(boxes=boxes, seed=st.integers(0, 99))
def test_suppression_keeps_the_best_and_no_two_that_overlap(
    boxes: list[tuple[float, ...]], seed: int
) -> None:
    xywh = np.asarray(boxes, np.float32).reshape(-1, 4)
    xyxy = np.hstack([xywh[:, :2], xywh[:, :2] + xywh[:, 2:]])
    score = np.random.default_rng(seed).random(len(xyxy)).astype(np.float32)
    kept = suppress(xyxy, score, np.zeros(len(xyxy), np.int64), iou=0.5)
    assert bool(len(kept)) == bool(len(xyxy))
    if len(kept):
        assert kept[0] == score.argmax()
        for i, index in enumerate(kept):
            assert not (overlap(xyxy[index], xyxy[kept[i + 1 :]]) > 0.5).any()
    apart = suppress(xyxy, score, np.arange(len(xyxy)), iou=0.5)
    assert len(apart) == len(xyxy)


MEASURE = """
import sys
from pathlib import Path
import cv2, numpy as np
from edgekit.frames import FACE, Frame
from edgekit.models.nanodet import NanoDetDetector
from edgekit.models.onnx import OnnxModel
detector = NanoDetDetector(OnnxModel(Path(sys.argv[1]).read_bytes(), name="nanodet"))
frame = Frame(np.zeros((480, 640, 3), np.uint8), 0, 0)
for _ in range(3):
    detector.detect(frame)
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]), int(status.split("Threads:")[1].split()[0]))
"""


def run_alone(code: str, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ORT_")}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment | {"HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.shared
def test_a_process_with_a_model_stays_small_and_reports_to_nobody(
    shared_models: Path, tmp_path: Path
) -> None:
    done = run_alone(MEASURE, str(shared_models / "nanodet_m_416.onnx"), home=tmp_path)
    assert done.returncode == 0, done.stderr
    peak_kb = int(done.stdout.split()[0])
    assert peak_kb < 180_000
    assert done.stderr == ""
    assert list(tmp_path.rglob("*")) == []  # telemetry leaves a device id under HOME


def test_a_runtime_imported_with_telemetry_on_is_refused(tmp_path: Path) -> None:
    code = (
        "import sys, types; sys.modules['onnxruntime'] = types.ModuleType('onnxruntime')\n"
        "from edgekit.models.onnx import import_runtime\n"
        "import_runtime()"
    )
    done = run_alone(code, home=tmp_path)
    assert "ModelError: onnxruntime was imported with its telemetry on" in done.stderr
    allowed = f"import os; os.environ['ORT_DISABLE_TELEMETRY'] = '1'\n{code}"
    assert run_alone(allowed, home=tmp_path).returncode == 0


QUIET = """
import sys, time
from pathlib import Path
import numpy as np
from edgekit.models.onnx import OnnxModel
model = OnnxModel(Path(sys.argv[1]).read_bytes(), name="x")
until = time.monotonic() + 2
while time.monotonic() < until:
    model.run(np.zeros(model.input_shape, np.float32))
    time.sleep(0.2)
"""


def test_a_process_with_a_model_opens_no_socket_and_makes_no_file(
    shared_models: Path, tmp_path: Path
) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace absent")
    traced, home = tmp_path / "calls.txt", tmp_path / "home"
    home.mkdir()
    calls = "%network,open,openat,openat2,creat,mkdir,mkdirat,rename,link"
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-e", f"trace={calls}", "-o", str(traced), sys.executable),
            *("-B", "-c", QUIET, str(shared_models / "nanodet_m_416.onnx")),
        ],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if "ptrace" in done.stderr.lower() or "Operation not permitted" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    lines = traced.read_text(encoding="utf-8", errors="replace").splitlines()
    assert len(lines) > 100
    assert not [line for line in lines if re.search(r"\b(socket|connect|send\w*|mkdir\w*)\(", line)]
    made = [line for line in lines if re.search(r"O_CREAT|O_TRUNC|creat\(|rename|link\(", line)]
    assert not [line for line in made if " = -1 " not in line]
    assert list(home.rglob("*")) == []
