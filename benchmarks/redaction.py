"""What a redacted picture leaves of the faces in it.

    python benchmarks/redaction.py --data DIR [--models DIR] [--deface COMMAND] [--quick]

DIR holds pictures with a JSON file that maps their names to boxes of ``faces``. Each is redacted as
``edgekit redact --mode faces`` does it, once with YuNet and once with CenterFace, each without and
with ``--heads`` (where NanoDet is at hand), and every other detector of faces at hand is then sent
to look for what is left. The rules were chosen on every second picture, by name; the claims are
about the others. What all pictures together give is told beside. Models are known by their hash.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from deface import redacted, with_deface
from faces import (
    Attacker,
    Picture,
    Tally,
    attackers,
    differs,
    fill,
    find,
    folders,
    look,
    open_store,
)
from report import Claim, Peer, arguments, finish
from tqdm import tqdm

from edgekit.frames import Frame, Pixels
from edgekit.models.heads import HeadsDetector
from edgekit.models.load import load_face_detector, load_people_detector
from edgekit.models.store import ModelStore
from edgekit.redaction.redactor import Redactor
from edgekit.seams.eye import Detector

WORKING = ("yunet_n_dynamic", "centerface")
PEOPLE = "nanodet_2022nov"
HEADS = " --heads"
PEER = "deface 1.5.0"
QUICK = 24

FIGURES: tuple[tuple[str, str, str, Callable[[Tally], float]], ...] = (
    ("faces left untouched", "faces", "<= 0", lambda t: t.untouched),
    ("face area unchanged", "%", "<= 1", lambda t: 100 * t.unchanged / t.area),
    ("still found by another detector, usual", "%", "<= 1", lambda t: 100 * t.usual / t.faces),
    ("still found, sensitive", "%", "<= 5", lambda t: 100 * t.sensitive / t.faces),
    ("other pixels changed", "%", "<= 10", lambda t: 100 * t.other_changed / t.other),
)


def ours(detector: Detector, pixels: Pixels) -> Pixels:
    """Redact one picture as the command does."""
    frame = Frame(pixels.copy(), 0, 0)
    return Redactor(frame.size, mode="faces", detector=detector).redact(frame).pixels


def attack(
    pictures: Sequence[Picture], covered: Mapping[str, Pixels], by: Mapping[str, Attacker]
) -> Tally:
    """Count what is left in covered pictures."""
    tally = Tally()
    for picture in tqdm(pictures, leave=False, disable=None):
        pixels = covered[picture.path.stem]
        left = [found for attacker in by.values() for found in look(attacker, pixels.copy())]
        tally.add(picture, differs(pixels, picture.read()), left)
    return tally


def working(store: ModelStore, name: str) -> dict[str, Detector]:
    """The detectors that a model makes: of faces, and of heads too."""
    faces = load_face_detector(store, name)
    if PEOPLE not in store.installed():
        return {name: faces}
    return {name: faces, name + HEADS: HeadsDetector(faces, load_people_detector(store, PEOPLE))}


def together(one: Mapping[str, Tally], other: Mapping[str, Tally]) -> dict[str, Tally]:
    """Both halves of a set as one."""
    names = [field.name for field in fields(Tally)]
    return {
        key: Tally(**{name: getattr(tally, name) + getattr(other[key], name) for name in names})
        for key, tally in one.items()
    }


def tallies(store: ModelStore, pictures: Sequence[Picture], deface: str | None) -> dict[str, Tally]:
    """Redact with each working detector and with the peer, and send the others to look."""
    detectors = attackers(store)
    originals = {picture.path.stem: picture.read() for picture in pictures}
    out = {}
    for name in (name for name in WORKING if name in store.installed()):
        others = {other: attacker for other, attacker in detectors.items() if other != name}
        for title, detector in working(store, name).items():
            covered = {stem: ours(detector, pixels) for stem, pixels in originals.items()}
            out[title] = attack(pictures, covered, others)
    if deface:
        others = {other: a for other, a in detectors.items() if other != "centerface"}
        with tempfile.TemporaryDirectory() as folder:
            out[PEER] = attack(pictures, redacted(deface, originals, Path(folder)), others)
    return out


def claims(title: str, found: Mapping[str, Tally]) -> list[Claim]:
    peer = found.get(PEER)
    return [
        Claim(
            claim=f"{title}, {name}, {tally.faces} faces: {what}",
            value=value(tally),
            unit=unit,
            target=target if name != PEER and HEADS not in name and "all" not in title else None,
            peer=Peer(name=PEER, value=value(peer)) if peer and name != PEER else None,
        )
        for name, tally in found.items()
        for what, unit, target, value in FIGURES
    ]


def main() -> None:
    parser = with_deface(arguments("What a redacted picture leaves of the faces in it."))
    parser.add_argument("--models", type=Path, metavar="DIR", help="model files, known by hash")
    args = parser.parse_args()
    said: list[Claim] = []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        names = fill(store, folders(args.data, args.models))
        for path, pictures in find(args.data):
            # The rules were chosen on pictures 1, 3, 5 …; a small set is new to them as a whole.
            kept = pictures[1::2] if len(pictures) > 1 else pictures
            kept = kept[:QUICK] if args.quick else kept
            found = tallies(store, kept, args.deface)
            said += claims(path.parent.name, found)
            if not args.quick and len(kept) < len(pictures):
                seen = tallies(store, pictures[::2], args.deface)
                said += claims(f"{path.parent.name}, all", together(found, seen))
    finish("redaction", said, models=list(names))


if __name__ == "__main__":
    main()
