"""``edgekit redact`` on odd pictures: right, or one clear refusal and nothing written."""

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.errors import SensorError
from edgekit.frames import Detections, Frame
from edgekit.node.redacting.files import redact
from edgekit.node.redacting.job import RedactionStyle
from edgekit.redaction.cover import COVER_BGR
from edgekit.sensors.image import read_image


class Corner:
    """Finds a face in the upper left eighth of whatever it is shown."""

    def detect(self, frame: Frame) -> Detections:
        width, height = frame.size
        return Detections.of(np.asarray([[0, 0, width / 8, height / 8]], np.float32))


STYLE = RedactionStyle(mode="faces", detector=Corner())


def picture(height: int = 64, width: int = 96) -> np.ndarray:
    pixels = np.full((height, width, 3), 200, np.uint8)
    pixels[: height // 2, : width // 2] = 40, 80, 120
    return pixels


def covered(source: Path, target: Path) -> np.ndarray:
    job = redact(source, target, style=STYLE, force=True)
    assert (job.pictures, job.whole) == (1, 0)
    shown = read_image(target)
    assert (shown[0, 0] == COVER_BGR).all()
    return shown


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2160, 3840)])
def test_any_size_is_covered_and_keeps_its_size(tmp_path: Path, size: tuple[int, int]) -> None:
    cv2.imwrite(str(tmp_path / "in.png"), picture(*size))
    assert covered(tmp_path / "in.png", tmp_path / "out.png").shape == (*size, 3)


@pytest.mark.parametrize(
    "pixels",
    [
        picture()[:, :, 0],
        picture().astype(np.uint16) * 257,
        np.dstack([picture(), np.full((64, 96), 255, np.uint8)]),
        picture()[:, :, 0].astype(np.uint16) * 257,
    ],
    ids=["grey", "16-bit", "alpha", "16-bit grey"],
)
def test_other_kinds_of_pixels_come_out_as_they_look(tmp_path: Path, pixels: np.ndarray) -> None:
    cv2.imwrite(str(tmp_path / "in.png"), pixels)
    shown = covered(tmp_path / "in.png", tmp_path / "out.png")
    assert (shown[40, 60] == 200).all()
    assert abs(int(shown[20, 40, 0]) - 40) <= 1


def with_orientation(jpeg: bytes, turn: int) -> bytes:
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, turn, 0)
    gps = struct.pack(">HHII", 0x8825, 4, 1, 26)
    tiff = b"MM\x00*" + struct.pack(">IH", 8, 2) + entry + gps + bytes(4) + b"52.5 N 13.4 E"
    exif = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def test_a_picture_that_exif_turns_is_covered_upright_and_carries_no_exif(tmp_path: Path) -> None:
    jpeg = cv2.imencode(".jpg", picture())[1].tobytes()
    (tmp_path / "in.jpg").write_bytes(with_orientation(jpeg, 6))
    shown = covered(tmp_path / "in.jpg", tmp_path / "out.png")
    assert shown.shape == (96, 64, 3)
    assert abs(int(shown[20, 50, 0]) - 40) < 12  # the dark quarter has turned to the right
    redact(tmp_path / "in.jpg", tmp_path / "out.jpg", style=STYLE)
    for name in ("out.png", "out.jpg"):
        written = (tmp_path / name).read_bytes()
        assert b"Exif" not in written
        assert b"52.5 N" not in written


def test_neither_xmp_nor_comment_nor_thumbnail_survives(tmp_path: Path) -> None:
    jpeg = cv2.imencode(".jpg", picture())[1].tobytes()
    small = cv2.imencode(".jpg", picture()[:16, :16])[1].tobytes()
    parts = [
        (0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>SECRET</x:xmpmeta>"),
        (0xE1, b"Exif\x00\x00" + small),
        (0xFE, b"SECRET"),
    ]
    told = b"".join(bytes([0xFF, m]) + struct.pack(">H", len(p) + 2) + p for m, p in parts)
    (tmp_path / "in.jpg").write_bytes(jpeg[:2] + told + jpeg[2:])
    for name in ("out.png", "out.jpg"):
        redact(tmp_path / "in.jpg", tmp_path / name, style=STYLE)
        written = (tmp_path / name).read_bytes()
        assert not any(mark in written for mark in (b"SECRET", b"xmpmeta", b"Exif", small))


@pytest.mark.parametrize(
    ("turn", "dark"),
    [(1, "NW"), (2, "NE"), (3, "SE"), (4, "SW"), (5, "NW"), (6, "NE"), (7, "SE"), (8, "SW")],
)
def test_each_turn_of_exif_is_undone(tmp_path: Path, turn: int, dark: str) -> None:
    jpeg = cv2.imencode(".jpg", picture())[1].tobytes()
    (tmp_path / "in.jpg").write_bytes(with_orientation(jpeg, turn))
    shown = covered(tmp_path / "in.jpg", tmp_path / "out.png")
    height, width = (64, 96) if turn <= 4 else (96, 64)
    assert shown.shape == (height, width, 3)
    y, x = (0.3 if "N" in dark else 0.7), (0.3 if "W" in dark else 0.7)
    assert abs(int(shown[round(y * height), round(x * width), 0]) - 40) < 12
    assert abs(int(shown[round((1 - y) * height), round((1 - x) * width), 0]) - 200) < 12


def animated_png() -> bytes:
    png = cv2.imencode(".png", picture())[1].tobytes()
    body = b"acTL" + struct.pack(">II", 2, 0)
    chunk = struct.pack(">I", 8) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + chunk + png[33:]


def animated_webp() -> bytes:
    head = b"WEBPVP8X" + struct.pack("<I", 10) + bytes([0x02]) + bytes(9)
    return b"RIFF" + struct.pack("<I", len(head)) + head


def test_files_that_are_cut_off_or_hold_several_pictures_are_refused(tmp_path: Path) -> None:
    jpeg, png, webp = (
        cv2.imencode(suffix, picture())[1].tobytes() for suffix in (".jpg", ".png", ".webp")
    )
    pages = tmp_path / "pages.tif"
    cv2.imwritemulti(str(pages), [picture(), picture()])
    for name, data, match in (
        ("a.jpg", jpeg[: len(jpeg) * 2 // 3], "cut off"),
        ("a.png", png[: len(png) - 20], "cut off"),
        ("a.webp", webp[:-9], "cut off"),
        ("b.png", animated_png(), "several"),
        ("b.webp", animated_webp(), "several"),
        ("b.tif", pages.read_bytes(), "several"),
        ("c.png", b"\x89PNG\r\n\x1a\nrubbishIEND", "cannot be decoded"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(SensorError, match=match):
            redact(tmp_path / name, tmp_path / "out.png", style=STYLE)
        assert not (tmp_path / "out.png").exists()
    for name, data in (("d.jpg", jpeg + bytes(64)), ("d.png", png), ("d.webp", webp)):
        (tmp_path / name).write_bytes(data)
        covered(tmp_path / name, tmp_path / "out.png")


def test_a_cmyk_jpeg_is_read_as_it_looks(tmp_path: Path) -> None:
    """Made by Pillow where it is installed (it comes with matplotlib)."""
    image = pytest.importorskip("PIL.Image")
    image.fromarray(picture()[:, :, ::-1]).convert("CMYK").save(tmp_path / "in.jpg", quality=95)
    shown = covered(tmp_path / "in.jpg", tmp_path / "out.png")
    assert abs(shown[40, 60].astype(int) - 200).max() < 12
    assert abs(shown[20, 40].astype(int) - (40, 80, 120)).max() < 16


def test_the_command_says_so_and_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "in.png").write_bytes(animated_png())
    done = subprocess.run(
        [sys.executable, "-m", "edgekit", "redact", "in.png", "out.png"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "holds several pictures" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["in.png"]
