"""The door of a ward: a site whose thermal eye decides, its film, and all that it says."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from edgekit.config import Settings
from edgekit.consent.authorisation import sign_authorisation
from edgekit.node import pipe
from edgekit.node.clerking.eyeline import EYES_READINGS
from edgekit.node.sensing.warm_sight import WarmSight
from edgekit.node.site import Site, load_site
from edgekit.privacy.systems import eyes_kinds
from edgekit.privacy.tally import channel_table
from edgekit.records import Kind, Observation, Profile
from edgekit.signers.file import create_key, load_signer
from edgekit.testing.warm_face import BODY, FACE, FeverDoor
from tests.consent.deciding import door

BEGUN_S = 1_795_478_400
POINT = 20
"""Pixels of the picture for each point of the array."""


def corners(box: tuple[int, int, int, int]) -> str:
    left, top, right, bottom = (POINT * one for one in box)
    return f"[[{left}, {top}], [{right}, {bottom}]]"


def write_ward(
    folder: Path,
    film: FeverDoor,
    *,
    profile: Profile = Profile.LOCAL,
    port: str = "/dev/ttyACM0",
    valid_from_s: int = BEGUN_S - 3600,
    **settings: object,
) -> Path:
    """Write a whole site, signed, and its film; return its site.toml."""
    (folder / "keys").mkdir(parents=True)
    for name in ("device", "organisation"):
        create_key(
            folder / "keys" / f"{name}.key.pem", entropy=lambda n, k=name: k[:1].encode() * n
        )
    np.save(folder / "door.npy", film.celsius)
    boxes = {"face": corners(FACE), "body": corners(BODY)}
    more = {"uneven_k": 0.05, "warm_up_ms": 0, **boxes, **settings}
    text = (
        f'version = 1\n[site]\nname = "ward"\nprofile = "{profile}"\nwindow_s = 86400\n'
        '[camera]\nsource = "door.npy"\nfps = 8\n'
        f'[systems.temperature]\nport = "{port}"\n'
        + "".join(f"{key} = {value}\n" for key, value in more.items())
    )
    toml = folder / "site.toml"
    toml.write_text(text, encoding="utf-8")
    document = door(
        profile, valid_from_s=valid_from_s, valid_to_s=valid_from_s + 90 * 86_400, site="ward"
    )
    document = replace(document, view=Settings.load(toml).view, notice_digest="")
    signer = load_signer(folder / "keys" / "organisation.key.pem")
    (folder / "authorisation.dsse.json").write_bytes(sign_authorisation(document, signer))
    return toml


class Ward:
    """An eye at the door of a ward; its time goes from picture to picture."""

    def __init__(self, folder: Path, film: FeverDoor, **how: Any) -> None:  # noqa: ANN401 -- as above
        self.site: Site = load_site(write_ward(folder, film, **how), now_s=BEGUN_S)
        self.now_ms = BEGUN_S * 1000
        self.sight = WarmSight(self.site, clock_ms=lambda: self.now_ms)
        self.sight._source._realtime = False  # type: ignore[attr-defined] -- a recording need not take its time

    def says(self) -> Iterator[bytes]:
        """Yield all that the eye says, message by message, each as the pipe's rules let it."""
        authorisation = self.site.authorisation
        state = pipe.PipeState(
            generation=1,
            kinds=eyes_kinds(authorisation, channel_table(authorisation)),
            readings=EYES_READINGS,
        )
        for channel, kind, value in self._words():
            seen = Observation(
                seq=state.next_seq, t_ms=self.now_ms, channel=channel, kind=kind, value=value
            )
            state, _ = pipe.step(state, seen.to_bytes(), self.now_ms)
            yield seen.to_bytes()
        self.sight.close()

    def _words(self) -> Iterator[tuple[int, Kind, int]]:
        yield 0, Kind.HELLO, 1
        self.sight.settle()
        self.sight.start()
        health, turn = None, 0
        while (glance := self.sight.step()) is not None:
            yield from glance.passages
            if glance.health is not health and turn:
                yield 0, Kind.HEALTH, glance.health
            health, turn = glance.health, turn + 1
            if turn % 8 == 0:
                yield from glance.levels
                yield 0, Kind.HEARTBEAT, 8
            self.now_ms += 125
