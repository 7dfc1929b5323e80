"""A cab's node, whole: no frame without the driver's yes, with it one word, and nothing stays."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edgekit.cli.main import main
from edgekit.config import Settings
from edgekit.consent.payload import read_draft
from edgekit.errors import ConsentError
from edgekit.models.declared import catalog_of, declare
from edgekit.models.marks import marks
from edgekit.models.store import ModelStore
from edgekit.node.sensing.driver_sight import DriverSight, require_models
from edgekit.node.sensing.origins import Origins
from edgekit.node.site import load_site
from edgekit.node.status import read_state
from edgekit.privacy.systems import about
from edgekit.records import Decided, Kind
from edgekit.testing.driver import FORM, SIDE, Pose, colours, draw
from tests.node.conftest import Place

if TYPE_CHECKING:
    from tests.node.conftest import Places

SIZE, FPS, SECONDS = (320, 240), 15, 12
CANARY = bytes(range(200, 248))
"""A row of grey levels in every frame of the film."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mkv"
    dice = np.random.default_rng(1)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"FFV1"), FPS, SIZE)
    for index in range(SECONDS * FPS):
        picture = draw(Pose(ear=0.12 if index % 30 < 3 else 0.3), size=SIZE, dice=dice)
        picture[4, : len(CANARY)] = np.frombuffer(CANARY, np.uint8)[:, None]
        writer.write(picture)
    writer.release()
    return path


def models(folder: Path, shared: Path, own: Path) -> list[str]:
    """Install a real detector of faces and the declared dots; return their digests."""
    (own / "dots.onnx").write_bytes(marks(colours(), side=SIDE))
    (own / "form.toml").write_text(f'licence = "MIT"\nsource = "drawn"\n[form]\n{FORM}')
    declare(folder, "dots", own / "dots.onnx", own / "form.toml")
    ModelStore(folder, catalog_of(folder)).add("yunet_n_dynamic", shared / "yunet_n_dynamic.onnx")
    catalog = catalog_of(folder)
    return [f"sha256:{catalog[name].sha256}" for name in ("yunet_n_dynamic", "dots")]


def cab(root: Path, film: Path, *, digests: list[str]) -> Place:
    """What `edgekit init` and `edgekit authorise` make of a cab, with a film for a camera."""
    folder = root / "cab"
    words = ["--name", "cab", "--system", "drowsiness", "--source", str(film)]
    assert main(["init", str(folder), *words, "--port", "/dev/ttyUSB77"]) == 0
    settings = folder / "site.toml"
    text = settings.read_text().replace("width = 640", "width = 320")
    text = text.replace("height = 480", "height = 240").replace("fps = 30", "fps = 15")
    settings.write_text(text.replace('USB77"', 'USB77"\nlandmarks = "dots"'))
    draft = folder / "authorisation.draft.json"
    named = str(digests).replace("'", '"')
    draft.write_text(draft.read_text().replace('"model_digests": []', f'"model_digests": {named}'))
    key = folder / "keys" / "organisation.key.pem"
    assert main(["authorise", str(draft), "--site", str(settings), "--key", str(key)]) == 0
    return Place(folder, read_draft(draft.read_bytes()))


@pytest.mark.shared
def test_without_a_yes_no_frame_and_with_it_a_word_and_nothing_that_stays(
    places: "Places",
    film: Path,
    tmp_path: Path,
    shared_models: Path,
    wait: Callable[..., float],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / ".local" / "share" / "edgekit" / "models"
    place = cab(tmp_path, film, digests=models(folder, shared_models, tmp_path))
    node = places.run(place, env={**os.environ, "HOME": str(tmp_path)})
    status = place.data / "status.json"
    wait(lambda: "no driver has said yes" in str(read_state(status).get("shut_because")))
    assert node.pid("eye") is None
    assert read_state(status)["decisions"] == {"drowsiness.board": "away"}

    assert main(["consent", "give", str(place.settings), "drowsiness"]) == 0
    seen: set[str] = set()

    def learning() -> bool:
        seen.add(str(read_state(status)["decisions"].get("drowsiness")))
        return "learning the driver's eye" in seen

    wait(learning)
    node.stop()

    assert seen <= {"None", "not watching", "learning the driver's eye"}
    assert {one["event"] for one in place.payloads()} == {"start", "authorised", "stop"}
    capsys.readouterr()
    written = {path: path.read_bytes() for path in place.folder.rglob("*") if path.is_file()}
    told = [data for path, data in written.items() if path.name.endswith((".jsonl", ".sqlite"))]
    assert told
    for data in (*written.values(), node.said.read_bytes()):
        assert CANARY not in data
    for data in (*told, node.said.read_bytes()):
        for word in (b"learning", b"watching", b"blink", b"ratio", b"perclos", b"microsleep"):
            assert word not in data


@pytest.mark.shared
def test_a_frame_becomes_a_word_and_what_was_known_goes_with_the_eye(
    film: Path, tmp_path: Path, shared_models: Path
) -> None:
    folder = tmp_path / "models"
    place = cab(tmp_path, film, digests=models(folder, shared_models, tmp_path))
    site = load_site(place.settings, now_s=place.authorisation.valid_from_s + 1)
    now = iter(range(1_795_000_000_000, 2_000_000_000_000, 400))
    opened: list[str] = []
    sight = DriverSight(
        site,
        Origins(models=folder, stream_fd=None),
        clock_ms=lambda: next(now),
        on_open=lambda: opened.append("x"),
    )
    sight.settle()
    sight.start()
    glances = [glance for _ in range(40) if (glance := sight.step()) is not None]
    sight.close()

    said = [one for glance in glances for one in glance.passages]
    assert {(channel, kind) for channel, kind, _ in said} == {(about("drowsiness"), Kind.DECISION)}
    assert [value for *_, value in said][:2] == [Decided.NOT_WATCHING, Decided.LEARNING]
    assert all(glance.levels == () for glance in glances)
    assert opened == ["x"]
    assert sight.covered_picture() is None
    with pytest.raises(RuntimeError, match="before settle"):
        sight.step()


@pytest.mark.shared
def test_a_declared_model_that_was_not_authorised_by_name_is_refused(
    film: Path, tmp_path: Path, shared_models: Path
) -> None:
    folder = tmp_path / "models"
    digests = models(folder, shared_models, tmp_path)
    place = cab(tmp_path, film, digests=[])
    site = load_site(place.settings, now_s=place.authorisation.valid_from_s + 1)

    with pytest.raises(ConsentError, match="among the authorised model_digests") as caught:
        require_models(site, catalog_of(folder))
    assert digests[1] in str(caught.value)
    assert Settings.load(place.settings).systems[0].settings.face == "yunet_n_dynamic"
