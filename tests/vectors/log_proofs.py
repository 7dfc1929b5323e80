"""Vectors of proofs: good ones, and each part altered."""

import base64
from collections.abc import Iterator

from samples import AGGREGATE, ED, OTHER, WITNESS, Vector, signed

from edgekit.ledger.checkpoint import Checkpoint, origin_of
from edgekit.ledger.cosignature import cosign
from edgekit.ledger.entry import commitment
from edgekit.ledger.merkle import Frontier, inclusion_proof, leaf_hash
from edgekit.ledger.proof import Proof
from edgekit.signing.canonical import from_base64, to_base64


class Log:
    """Eleven records under salts that are no secret, and the proof of number 3."""

    def __init__(self) -> None:
        self.lines = [signed(AGGREGATE | {"sequence": n}) for n in range(11)]
        self.salts = [bytes([n]) * 32 for n in range(11)]
        self.origin = origin_of("plaza", ED.key_id)
        frontier, self.nodes = Frontier(), {}
        for salt, line in zip(self.salts, self.lines, strict=True):
            frontier, nodes = frontier.append(leaf_hash(commitment(salt, line.encode())))
            self.nodes |= {(node.level, node.place): node.value for node in nodes}
        self.state = Checkpoint(origin=self.origin, size=11, root=frontier.root())
        self.note = self.state.to_note(self.origin, ED)

    def proof(self, index: int, note: str = "") -> str:
        path = inclusion_proof(index, 11, lambda level, at: self.nodes[level, at])
        salt = self.salts[index]
        return Proof(salt=salt, index=index, path=path, note=note or self.note).to_text()


def proofs() -> Iterator[Vector]:
    """Yield the vectors of proofs."""
    log = Log()

    def vector(name: str, proof: str, *, index: int = 3, accept: bool = False) -> Vector:
        return {
            "name": name,
            "key": "ed",
            "record": log.lines[index],
            "proof": proof,
            "accept": accept,
        }

    for index in (0, 3, 7, 8, 10):
        yield vector(f"record {index}", log.proof(index), index=index, accept=True)
    cosigned = log.note + cosign(log.note, "example.org/w", WITNESS, t_s=1_800_000_900)
    yield vector("co-signed", log.proof(3, cosigned), accept=True)
    good = log.proof(3)
    yield vector("the proof of another record", log.proof(4))
    for name, proof in altered_proofs(good, log):
        yield vector(name, proof)


def altered_proofs(good: str, log: Log) -> Iterator[tuple[str, str]]:
    head, _, note = good.partition("\n\n")
    lines = head.split("\n")
    for at in range(3, len(lines)):
        flipped = base64.b64encode(bytes(b ^ 1 for b in base64.b64decode(lines[at]))).decode()
        for name, new in (
            ("altered", [flipped]),
            ("left out", []),
            ("given twice", [lines[at]] * 2),
            ("cut", [lines[at][:-4] + "A==="[:4]]),
        ):
            changed = [*lines[:at], *new, *lines[at + 1 :]]
            yield f"hash {at - 3} {name}", "\n".join(changed) + "\n\n" + note
    swapped = [*lines[:3], *lines[:2:-1]]
    yield "hashes in another order", "\n".join(swapped) + "\n\n" + note
    more = [*lines, *[to_base64(bytes(32))] * 62]
    yield "more hashes than any tree has", "\n".join(more) + "\n\n" + note
    for name, old, new in (
        ("another header", "@v1", "@v2"),
        ("no extra", "extra ", "extar "),
        ("salt altered", lines[1], "extra " + to_base64(bytes(32))),
        ("salt cut", lines[1], "extra " + to_base64(bytes(31))),
        ("index one more", "index 3", "index 4"),
        ("index one less", "index 3", "index 2"),
        ("index beyond the tree", "index 3", "index 11"),
        ("index with a zero before", "index 3", "index 03"),
        ("index negative", "index 3", "index -3"),
        ("index a word", "index 3", "index three"),
        ("no empty line", "\n\n", "\n"),
        ("size one more", "\n11\n", "\n12\n"),
        ("size one less", "\n11\n", "\n10\n"),
        ("size with a zero before", "\n11\n", "\n011\n"),
        ("root altered", to_base64(log.state.root), to_base64(bytes(32))),
        ("origin altered", "plaza", "market"),
        ("a line of extension", "\n\n\u2014", "\nmore\n\n\u2014"),
        ("another dash", "\u2014", "-"),
        ("no signature", note[note.index("\u2014") :], ""),
        ("signature line without its end", note[-2:], note[-2:-1]),
    ):
        assert old in good, name
        yield name, good.replace(old, new, 1)
    start, value = note.rsplit(" ", 1)
    data = bytearray(from_base64(value[:-1]))
    for at in (0, 3, 4, 20, 40, 67):
        flipped_data = bytearray(data)
        flipped_data[at] ^= 1
        mark = to_base64(bytes(flipped_data))
        yield f"signature byte {at} altered", f"{head}\n\n{start} {mark}\n"
    for name, state in (
        ("signed, but another root", Checkpoint(origin=log.origin, size=11, root=bytes(32))),
        ("signed, but of 8", Checkpoint(origin=log.origin, size=8, root=log.state.root)),
        ("signed, but of 3", Checkpoint(origin=log.origin, size=3, root=log.state.root)),
        ("signed, but of none", Checkpoint(origin=log.origin, size=0, root=log.state.root)),
        ("signed, but of elsewhere", Checkpoint(origin="else", size=11, root=log.state.root)),
    ):
        yield name, f"{head}\n\n{state.to_note(log.origin, ED)}"
    yield "signed by another", f"{head}\n\n{log.state.to_note(log.origin, OTHER)}"
    yield "signed under another name", f"{head}\n\n{log.state.to_note('else', ED)}"
