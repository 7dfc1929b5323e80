"""What the tracker costs and how often it confuses people, beside others on the same boxes.

    python benchmarks/tracker.py [--quick] [--peer-python PATH]...

Each tracker runs in a process of its own (`peer_worker.py`) and gets the same blocks of frames in
turns, so that a busy machine slows all alike; CPU is that of its update alone. The boxes are drawn
(`crowds.py`), so it is known whose each is: an identity switch is a box whose id is not the id that
its owner had last; boxes without an id are left out, and their share is told. No data is needed.
"""

import statistics
import sys
from dataclasses import dataclass, field

from crowds import CROWDS, Frames
from peers import Peers, peer_arguments
from report import Claim, Peer, arguments, finish

TRACKERS = {"edgekit": "edgekit", "trackers": "trackers ByteTrack", "norfair": "norfair"}
COST_FRAMES, BLOCK, WARM = 300, 30, 1
SEEDS, QUICK_SEEDS = range(1, 7), range(1, 2)
SWITCH_FRAMES = 200


@dataclass(slots=True)
class Score:
    """What one tracker did on one crowd."""

    switches: int = 0
    named: int = 0
    boxes: int = 0
    block_ms: list[float] = field(default_factory=list)  # CPU a frame
    last: dict[int, int] = field(default_factory=dict)

    def judge(self, frames: Frames, ids: list[list[int]]) -> None:
        for frame, names in zip(frames, ids, strict=True):
            for (truth, _), name in zip(frame, names, strict=True):
                self.boxes += 1
                if name < 0:
                    continue
                self.named += 1
                self.switches += self.last.get(truth, name) != name
                self.last[truth] = name


def play(frames: Frames, fps: int, peers: Peers) -> dict[str, Score]:
    """Run every tracker over the frames, block by block in turns."""
    scores = {tracker: Score() for tracker in TRACKERS if tracker in peers}
    for tracker in scores:
        peers[tracker].ask(verb="begin", name="crowd", tracker=tracker, fps=fps)
    for start in range(0, len(frames), BLOCK):
        block = frames[start : start + BLOCK]
        boxes = [[box for _, box in frame] for frame in block]
        for tracker, score in scores.items():
            answer = peers[tracker].ask(verb="step", name="crowd", frames=boxes)
            score.block_ms.append(answer["cpu_ms"] / len(block))
            score.judge(block, answer["ids"])
    return scores


def cost_claims(peers: Peers) -> list[Claim]:
    claims = []
    for name, draw, count, fps in CROWDS[:3]:
        scores = play(draw(count, frames=COST_FRAMES, seed=0), fps, peers)
        cpu_ms = {tracker: score.block_ms[WARM:] for tracker, score in scores.items()}
        own = Claim(claim=f"{name}: CPU a frame", value=_median(cpu_ms["edgekit"]), unit="ms")
        claims.append(own)
        for tracker in scores.keys() - {"edgekit"}:
            ratios = [
                ours / theirs
                for ours, theirs in zip(cpu_ms["edgekit"], cpu_ms[tracker], strict=True)
            ]
            claims.append(
                Claim(
                    claim=f"{name}: CPU over {TRACKERS[tracker]}",
                    value=_median(ratios),
                    unit="ratio",
                    target="<= 0.5",
                    peer=Peer(name=f"{TRACKERS[tracker]}, ms", value=_median(cpu_ms[tracker])),
                )
            )
    return claims


def switch_claims(peers: Peers, seeds: range) -> list[Claim]:
    total = {tracker: Score() for tracker in TRACKERS if tracker in peers}
    for name, draw, count, fps in CROWDS:
        crowd = dict.fromkeys(total, 0)
        for seed in seeds:
            scores = play(draw(count, frames=SWITCH_FRAMES, seed=seed), fps, peers)
            for tracker, score in scores.items():
                crowd[tracker] += score.switches
                total[tracker].switches += score.switches
                total[tracker].named += score.named
                total[tracker].boxes += score.boxes
        row = "  ".join(f"{TRACKERS[tracker]} {count}" for tracker, count in crowd.items())
        print(f"identity switches, {name}: {row}")
    own = total.pop("edgekit")
    shares = [("edgekit", own), *total.items()]
    return [
        *(_switches(own, tracker, score) for tracker, score in total.items()),
        *(
            Claim(claim=f"boxes with an id, {TRACKERS[name]}", value=_named(score), unit="%")
            for name, score in shares
        ),
    ]


def _switches(own: Score, tracker: str, score: Score) -> Claim:
    return Claim(
        claim=f"identity switches, all crowds, beside {TRACKERS[tracker]}",
        value=own.switches,
        unit="switches",
        target=f"<= {score.switches}",
        peer=Peer(name=TRACKERS[tracker], value=score.switches),
    )


def _named(score: Score) -> float:
    return 100 * score.named / score.boxes


def _median(values: list[float]) -> float:
    return statistics.median(values)


def run() -> int:
    options = peer_arguments(arguments(__doc__.splitlines()[0])).parse_args()
    peers = Peers(options.peer_python)
    print(peers.say())
    claims = cost_claims(peers)
    claims += switch_claims(peers, QUICK_SEEDS if options.quick else SEEDS)
    peers.close()
    finish("tracker", claims)
    return 0


if __name__ == "__main__":
    sys.exit(run())
