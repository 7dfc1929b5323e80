"""A thermal array and a black body at a door: from pictures to one word a passage, with truth.

    python benchmarks/fever_door.py --data DIR [--quick]

Films are made (`edgekit.testing.warm_face`): who stands there, how warm in the mouth, before an
array with noise, an error that all points share, and errors of single points. Where DIR holds CSVs
of volunteers as `systems/temperature.py` takes them, faces and mouths are theirs; else they are
drawn. The step to the mouth is fitted on a third of them, and all is reported on the others. The
peer is the same array without a black body: the mean of the warmest point where faces come, by a
step of its own.

Where DIR holds recordings they are judged, too: a ``NAME.npy`` of °C, shape (readings, 24, 32),
eight readings a second, with faces and black body where `edgekit.testing.warm_face` has them,
beside a ``NAME_visitors.npy`` of shape (n, 3): from and until when somebody stood there, in
seconds, and their mouth in °C.

Of an MLX90640 the datasheet (Melexis 3901090640 rev. 12) says what it may be off by: 12.1.1 the
frame by 1 K, and a point from the frame by 0.5 K and 2 % of what lies between object and sensor
(BAA, zone 1); table 14 its noise, 0.14 K (BAA) and 0.25 K (BAB) at one picture a second. Averaging
takes away the noise alone.
"""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from fever_films import Film, Kind, made, recordings, still, volunteers
from report import Claim, Peer, arguments, finish
from temperature import wilson

from edgekit.frames import ThermalFrame
from edgekit.perception.warmth import THIRD_OF_NINE, Doorway
from edgekit.records import Decided
from edgekit.systems.temperature import SURE, Passage, Settings, Shot, begin, step
from edgekit.testing.warm_face import BODY, FACE, Faults, FeverDoor, Visitor

MLX_FPS, FEVER_C, LATE_S = 4.0, 37.5, 1.5
NETD_K = {"BAA": 0.14, "BAB": 0.25}
FRAME_K, POINT_K, SLOPE, APART_K = 1.0, 0.5, 0.02, 12.0
"""Of zone 1; a face is so much warmer or colder than the sensor at most."""

WRONG: Mapping[str, Mapping[str, float | None]] = {
    "off by 0.25 K": {"off_k": 0.25},
    "no black body": {"body_c": None},
    "a room of 28 °C": {"wall_c": 28.0},
}
COUNTED = (Decided.WARM, Decided.NOT_WARM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What became of one visitor: the word, when, and what the peer takes the mouth to be."""

    visitor: Visitor
    word: Decided | None
    after_s: float
    peer_c: float
    invented: int = 0

    @property
    def febrile(self) -> bool:
        return self.visitor.mouth_c >= FEVER_C


def looks(film: Film, to_mouth_k: float) -> tuple[list[Look], float]:
    """Return what became of each visitor, and the milliseconds of one reading."""
    settings = Settings(warm_up_ms=0, to_mouth_k=to_mouth_k, uneven_k=film.uneven_k)
    doorway, state = Doorway(face=FACE, body=BODY, body_c=settings.body_c), begin(settings)
    said: list[tuple[float, Decided]] = []
    begun = time.process_time()
    for index, reading in enumerate(film.celsius):
        frame = ThermalFrame(
            reading.astype(np.float64), 25.0, round(1000 * index / film.fps), index
        )
        seen = doorway.see(frame)
        shot = Shot(
            t_ms=frame.t_ms,
            face_c=seen.face_c,
            reference_c=seen.reference_c,
            ambient_c=seen.ambient_c,
            noise_k=seen.noise_k,
            faces=seen.faces,
        )
        state, decisions = step(state, shot)
        said += [(index / film.fps, one.word) for one in decisions if isinstance(one, Passage)]
    cost_ms = 1000 * (time.process_time() - begun) / len(film.celsius)
    return [_look(one, said, film, to_mouth_k) for one in film.visitors], cost_ms


def _look(
    visitor: Visitor, said: Sequence[tuple[float, Decided]], film: Film, to_mouth_k: float
) -> Look:
    mine = [one for one in said if visitor.start_s <= one[0] <= visitor.end_s + LATE_S]
    left, top, right, bottom = FACE
    region = film.celsius[still(visitor, film.fps), top:bottom, left:right]
    region = region.reshape(len(region), -1)
    return Look(
        visitor=visitor,
        word=mine[0][1] if mine else None,
        after_s=mine[0][0] - visitor.start_s if mine else math.nan,
        peer_c=float(region.max(axis=1).mean()) + to_mouth_k,
        invented=max(0, len(mine) - 1),
    )


def fitted(films: Sequence[Film]) -> tuple[float, float]:
    """Return the steps to the mouth, ours and the peer's, from films whose mouths were measured."""
    ours, theirs = list[float](), list[float]()
    for film in films:
        found, _ = looks(film, 0.0)
        theirs += [one.visitor.mouth_c - one.peer_c for one in found]
        doorway = Doorway(face=FACE, body=BODY, body_c=Settings().body_c)
        seen = [
            doorway.see(ThermalFrame(one.astype(np.float64), 25.0, 0, n))
            for n, one in enumerate(film.celsius)
        ]
        for visitor in film.visitors:
            ours += [
                visitor.mouth_c - (one.face_c - one.reference_c + Settings().body_c)
                for one in seen[still(visitor, film.fps)]
                if one.face_c is not None and one.reference_c is not None
            ]
    return float(np.mean(ours)), float(np.mean(theirs))


def share(hits: Sequence[bool]) -> float:
    return 100 * float(np.mean(hits)) if hits else math.nan


def judged(name: str, fit: Sequence[Film], held: Sequence[Film]) -> Iterator[Claim]:
    """Yield the figures of one kind of array."""
    ours_k, theirs_k = fitted(fit)
    found, costs = list[Look](), list[float]()
    for film in held:
        more, cost_ms = looks(film, ours_k)
        found += more
        costs.append(cost_ms)
    peer = "no black body, everybody judged"
    known = [one for one in found if one.word in COUNTED]
    yield Claim(
        claim=f"{name}: {len(found)} visitors, decided",
        value=round(share([one.word in COUNTED for one in found]), 1),
        unit="%",
    )
    for what, febrile in (("febrile told warm", True), ("others told not warm", False)):
        mine = [one for one in known if one.febrile is febrile]
        theirs = [one for one in found if one.febrile is febrile]
        wanted = Decided.WARM if febrile else Decided.NOT_WARM
        right = [(one.peer_c + theirs_k - ours_k >= FEVER_C) is febrile for one in theirs]
        hits = [one.word is wanted for one in mine]
        low, high = wilson(sum(hits), max(1, len(hits)))
        yield Claim(
            claim=f"{name}: {what}, of {len(mine)} decided (95 %: {low:.0f} to {high:.0f})",
            value=round(share(hits), 1),
            unit="%",
            peer=Peer(name=peer, value=round(share(right), 1)),
        )
    yield Claim(
        claim=f"{name}: passages told twice",
        value=float(sum(one.invented for one in found)),
        unit="people",
        target="<= 0",
    )
    waited = [one.after_s for one in known]
    yield Claim(
        claim=f"{name}: from coming into the picture to the word, median",
        value=round(float(np.median(waited)), 2) if waited else math.nan,
        unit="s",
    )
    yield Claim(claim=f"{name}: time of one reading", value=round(max(costs), 3), unit="ms")


def refused(name: str, films: Iterator[Film]) -> Claim:
    """Return how many were screened where nobody may be."""
    found = [one for film in films for one in looks(film, 0.95)[0]]
    return Claim(
        claim=f"{name}: screened of {len(found)}",
        value=float(sum(one.word in COUNTED for one in found)),
        unit="people",
        target="<= 0",
    )


def crowds(seeds: range) -> Claim:
    """Return how many pairs were taken for one."""
    pairs = tuple(
        Visitor(start_s=2.0 + 6 * n, stays_s=3.0, mouth_c=38.4, with_other=True) for n in range(8)
    )
    words = [
        one.word
        for seed in seeds
        for one in looks(
            Film(celsius=FeverDoor(seed=seed, seconds=52, visitors=pairs).celsius, visitors=pairs),
            0.95,
        )[0]
    ]
    return Claim(
        claim=f"two at once: screened as one, of {len(words)} pairs",
        value=float(sum(word in COUNTED for word in words)),
        unit="people",
        target="<= 0",
    )


def datasheet() -> Iterator[Claim]:
    """Yield what averaging can and cannot do for an MLX90640."""
    off_k = POINT_K + SLOPE * APART_K
    yield Claim(
        claim="MLX90640BAA by its datasheet: face less black body off by, however long it looks",
        value=off_k,
        unit="K",
    )
    for kind, netd_k in NETD_K.items():
        # A picture is of two readings, each of half the points: as much again.
        of_face_k = THIRD_OF_NINE * math.sqrt(2) * netd_k
        seconds = (SURE * of_face_k / Settings().most_off_k) ** 2
        yield Claim(
            claim=f"MLX90640{kind}: looked at for so long its noise is within 0.2 K (2 sigma)",
            value=round(seconds, 1),
            unit="s",
        )


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    people = volunteers(args.data)
    whose = f"{len(people)} volunteers" if people else "drawn people"
    fit, held = range(2 if args.quick else 20), range(100, 104 if args.quick else 140)
    halves = people[: len(people) // 3], people[len(people) // 3 :]
    even = Faults(noise_k=0.05)
    mlx = Kind(faults=Faults(noise_k=NETD_K["BAA"] * 2, subpages=True), fps=MLX_FPS)
    claims: list[Claim] = []
    for name, kind in (
        ("an array of 0.05 K whose points agree", Kind(faults=even)),
        ("an MLX90640BAA, measured to agree, 4 readings a second", mlx),
    ):
        films = [
            list(made(seeds, kind, off_k=0.18, people=mine))
            for seeds, mine in zip((fit, held), halves, strict=True)
        ]
        claims += judged(f"{whose}, {name}", *films)
    few = held[: 2 if args.quick else 10]
    allowed = replace(mlx, faults=replace(mlx.faults, uneven_k=POINT_K), uneven_k=0.74)
    claims += [
        refused("an MLX90640BAA as its datasheet allows", made(few, allowed, off_k=FRAME_K)),
        *(
            refused(name, made(few, Kind(faults=replace(even, **wrong))))
            for name, wrong in WRONG.items()
        ),
        crowds(few),
        *datasheet(),
    ]
    real = list(recordings(args.data))
    if real:
        claims += judged("recordings", real[::2], real[1::2] or real)
    finish("fever_door", claims)


if __name__ == "__main__":
    main()
