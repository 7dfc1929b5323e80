"""A microphone as the node's eye: four numbers a window, and nothing else crosses."""

import math
import platform
import subprocess
import sys
import wave
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edgekit.config import Settings
from edgekit.confine.rules import Stage
from edgekit.confine.syscalls import ARCHITECTURES
from edgekit.consent.authorisation import draft
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.view import View
from edgekit.errors import ConfigError, ConsentError, SensorError
from edgekit.node import pipe
from edgekit.node.sensing.hearing import Hearing
from edgekit.node.sensing.listener import Listener, Word
from edgekit.node.site import load_site
from edgekit.node.walls.inspection import Guard
from edgekit.node.walls.posture import stage_of, walls_of
from edgekit.perception.sound import Level
from edgekit.privacy import window
from edgekit.privacy.gate import Gate
from edgekit.privacy.tally import WindowTally, channel_table
from edgekit.records import Health, Kind, Observation, Profile, Quality
from edgekit.testing.fakes import FakeClock

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

WINDOW_S = 900
T0 = 1_795_392_000 // WINDOW_S * WINDOW_S * 1000
RATE_HZ = 8_000


def site(profile: Profile = Profile.SDC_10_5) -> SiteAuthorisation:
    return draft(
        "street",
        profile=profile,
        view=View(width=0, height=0),
        window_s=WINDOW_S,
        valid_from_s=T0 // 1000 - 60,
        camera=False,
        systems=("noise",),
    )


def quiet(level_db: float = 50.0, *, clipped: bool = False) -> Level:
    return Level(leq_db=level_db, max_db=level_db + 6, clipped=clipped)


def varied(seconds: int, level_db: float = 50.0) -> list[Level]:
    """A level that moves a little, as every real one does."""
    return [quiet(level_db + second % 2 / 100) for second in range(seconds)]


def heard(levels: list[Level | None], *, late_ms: int = 0) -> list[tuple[int, Word]]:
    """What is said and when; a level a second, None where none comes."""
    listener, said = Listener(site()), []
    for second, level in enumerate(levels, 1):
        now_ms = T0 + second * 1000 + 180 + late_ms
        words = listener.hear([] if level is None else [level], now_ms)
        said += [(now_ms, word) for word in words]
    return said


def numbers(said: list[tuple[int, Word]]) -> list[tuple[int, int]]:
    return [(t_ms, value) for _, (t_ms, _, kind, value) in said if kind is Kind.READING]


def test_a_window_says_four_numbers_at_its_end() -> None:
    said = heard([*varied(800), *varied(110, 70.0)])

    leq = 10 * math.log10((800 * 10**5 + 100 * 10**7) / 900)
    assert numbers(said) == [(T0 + 899_999, n) for n in (round(leq), 76, 70, 50)]


def test_what_it_says_passes_the_pipe_and_is_released_as_it_is() -> None:
    allowed = site()
    channels = channel_table(allowed)
    kinds = {number: frozenset({one.kind}) for number, one in channels.items()}
    state = pipe.PipeState(generation=1, kinds=kinds, heard_window_ms=WINDOW_S * 1000)
    counted = window.begin(channels, window_s=WINDOW_S, now_ms=T0)
    said = [(T0, (T0, 0, Kind.HELLO, 1)), *heard([*varied(905, 55.0)])]
    closed: list[WindowTally] = []
    for now_ms, (t_ms, channel, kind, value) in said:
        seen = Observation(seq=state.next_seq, t_ms=t_ms, channel=channel, kind=kind, value=value)
        state, taken = pipe.step(state, seen.to_bytes(), now_ms)
        for message in (taken, window.Tick(now_ms=now_ms)):
            counted, tallies = window.step(counted, message)
            closed += tallies

    released = Gate(allowed).release(closed[0])
    assert {one.metric: one.value for one in released} == {
        "noise.laeq": 55,
        "noise.lamax": 61,
        "noise.l10": 55,
        "noise.l90": 55,
    }
    assert {one.uptime_percent for one in released} == {100}


def test_half_a_window_or_numbers_that_come_late_are_none() -> None:
    assert numbers(heard([*varied(300), *[None] * 590, *varied(20)])) == []
    assert numbers(heard([*varied(897), *[None] * 8, *varied(5)])) == []


def states(said: list[tuple[int, Word]], kind: Kind) -> list[tuple[int, int]]:
    return [((t_ms - T0) // 1000, value) for _, (t_ms, _, one, value) in said if one is kind]


def test_silence_is_a_dead_microphone_and_a_clipped_second_is_told_for_a_minute() -> None:
    rng = np.random.default_rng(1)
    alive = [quiet(50.0 + float(rng.normal())) for _ in range(200)]
    nothing = Level(leq_db=None, max_db=None)
    said = heard([*alive[:21], *[nothing] * 30, *alive[:50]])
    assert states(said, Kind.HEALTH) == [(30, Health.STALLED), (60, Health.GOOD)]

    said = heard([*alive[:5], quiet(100.0, clipped=True), *alive[:120]])
    assert states(said, Kind.QUALITY) == [(10, Quality.DEGRADED), (70, Quality.GOOD)]


def test_a_microphone_that_stands_is_stalled_and_one_that_gives_nothing_says_nothing() -> None:
    assert states(heard([quiet()] * 80), Kind.HEALTH) == [(60, Health.STALLED)]
    assert heard([None] * 20) == []


def recorded(folder: Path, seconds: int = 4) -> Path:
    path = folder / "street.wav"
    hiss = np.random.default_rng(1).normal(0, 800, seconds * RATE_HZ)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(hiss.astype("<i2").tobytes())
    return path


def listening(places: "Places", source: str, *, more: str = "") -> "Place":
    """A site that hears."""
    place = places.make(window_s=WINDOW_S)
    text = place.settings.read_text("utf-8")
    head = text[: text.index("[camera]")]
    microphone = f'[microphone]\nsource = "{source}"\nfull_scale_db = 120.0\n{more}\n'
    place.settings.write_text(head + microphone, encoding="utf-8")
    place.authorisation = replace(
        site(Profile.LOCAL),
        site="site",
        id="site",
        valid_from_s=place.authorisation.valid_from_s,
        valid_to_s=place.authorisation.valid_to_s,
        notice_digest="",
    )
    places.authorise(place)
    return place


def test_a_recording_is_heard_to_its_end(places: "Places", tmp_path: Path) -> None:
    place = listening(places, str(recorded(tmp_path)))
    clock = FakeClock()
    allowed = load_site(place.settings, now_s=place.authorisation.valid_from_s + 1)
    hearing = Hearing(allowed, clock_ms=clock.ms)
    hearing._source._realtime = False  # type: ignore[union-attr] -- a recording need not take its time
    hearing.start()
    said: list[Word] = []
    while (words := hearing.step()) is not None:
        clock.t_ms += 250
        said += words
    hearing.close()

    assert [kind for _, _, kind, _ in said] == [Kind.HEARTBEAT] * 3
    assert hearing.descriptor is None


def test_a_node_hears_behind_its_seal(places: "Places", tmp_path: Path) -> None:
    node = places.run(listening(places, str(recorded(tmp_path, seconds=120))))
    node.wait_seeing()
    state = node.state()
    node.stop()

    assert state["seal"] == "sealed", node.log()
    assert "unsealed" not in node.log()
    aggregates = node.place.payloads("aggregate")
    assert {one["metric"] for one in aggregates} == {
        f"noise.{what}" for what in ("laeq", "lamax", "l10", "l90")
    }
    assert {(one["status"], one["source"]) for one in aggregates} == {("gap", "file")}


def test_its_eye_may_open_the_sound_card_and_hold_what_captures(places: "Places") -> None:
    settings = Settings.load(listening(places, "hw:CARD=Device,DEV=0").settings)
    walls = walls_of("eye", settings, models=Path("/nowhere"))

    assert settings.camera.live
    assert stage_of(settings.camera) is Stage.CAMERA_OPEN
    assert walls.writes == ("/dev/snd",)
    assert Guard(settings, print).filters("eye", 1) >= 3


def test_a_card_that_is_not_there_is_said(places: "Places") -> None:
    place = listening(places, "hw:31")
    allowed = load_site(place.settings, now_s=place.authorisation.valid_from_s + 1)
    with pytest.raises(SensorError, match=r"hw:31 cannot be opened|no libasound"):
        Hearing(allowed, clock_ms=FakeClock().ms)


@pytest.mark.parametrize(
    ("source", "more", "said"),
    [
        ("default", "", "expected a card"),
        ("plughw:1", "", "expected a card"),
        ("hw:1", '[camera]\nsource = "0"', "what sees has no ears"),
        ("hw:1", '[[line]]\nname = "a"\nfrom = [0, 9]\nto = [90, 9]', "nothing sees there"),
    ],
)
def test_what_is_no_microphone_is_refused(
    places: "Places", source: str, more: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        Settings.load(listening(places, source, more=more).settings)


def test_one_node_has_one_eye(places: "Places") -> None:
    place = places.make()
    place.authorisation = site(Profile.LOCAL)
    place.authorisation = replace(
        place.authorisation, site="site", valid_from_s=T0 // 1000, notice_digest=""
    )
    text = place.settings.read_text("utf-8").replace("window_s = 1\n", f"window_s = {WINDOW_S}\n")
    place.settings.write_text(text, encoding="utf-8")
    places.authorise(place)
    with pytest.raises(ConsentError, match=r"a microphone was authorised, .* the eye is camera"):
        load_site(place.settings, now_s=T0 // 1000 + 1)


EYE = """
import fcntl, os
from edgekit.confine.allowance import eye_allowance
from edgekit.confine.filter import install, seal
from edgekit.confine.rules import Stage

install(Stage.CAMERA_OPEN)
heard, told = os.pipe()
os.write(told, b"sound")
install(Stage.FILES)
seal(eye_allowance(pid=os.getpid(), outs=(1,), camera=False, microphone=heard))
said = [os.read(heard, 5).decode()]
tries = (heard, 0x4140), (heard, 0x4142), (heard, 0x4143), (told, 0x4142), (0, 0x4140)
for end, request in tries:
    try:
        fcntl.ioctl(end, request)
    except OSError as error:
        said.append(str(error.errno))
try:
    os.write(told, b"words")
except OSError as error:
    said.append(str(error.errno))
os.write(1, " ".join(said).encode())
"""


@pytest.mark.skipif(
    platform.machine() not in {one.machine for one in ARCHITECTURES},
    reason="seccomp needs 64-bit Linux",
)
def test_behind_the_seal_two_calls_reach_the_device_and_no_other_reaches_anything() -> None:
    done = subprocess.run([sys.executable, "-c", EYE], capture_output=True, text=True, check=False)
    # ENOTTY: the kernel was reached, and a pipe is no sound card; EPERM: it was not.
    assert (done.stdout, done.returncode) == ("sound 25 25 1 1 1 1", 0), done.stderr
