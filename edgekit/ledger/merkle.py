"""The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1): roots and proofs.

Level 0 holds the leaf hashes; the node ``(level, index)`` covers the leaves from
``index * 2**level`` on, ``2**level`` of them. Only complete nodes are ever stored, and they never
change, so that each function takes ``hash_at(level, index)`` and asks for O(log n) of them.
What is kept on a disk is fewer still: leaves and the nodes at every `STRIDE`-th level, from which
the levels between are made (c2sp.org/tlog-tiles).
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from edgekit.errors import VerificationError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()
"""The root of a tree without leaves: the hash of nothing (RFC 6962 section 2.1)."""

STRIDE = 8
"""Levels of a tile: nodes are kept at level 8, 16, 24 and so on (c2sp.org/tlog-tiles)."""

HashAt = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Node(NamedTuple):
    """A complete node: it covers ``2**level`` leaves and never changes again."""

    level: int
    place: int
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """The complete nodes that make up a tree's right edge: enough to append and to tell the root.

    ``hashes`` has one hash for each bit of ``size``, the largest subtree first.
    Raises VerificationError where the two disagree.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise VerificationError(f"{len(self.hashes)} hashes cannot be a tree of {self.size}")

    def append(self, leaf: bytes) -> tuple["Frontier", tuple[Node, ...]]:
        """Return the tree with one more leaf hash, and the nodes that it completes, leaf first."""
        grown, nodes = self.extend([leaf], stride=1)
        return grown, (Node(0, self.size, leaf), *nodes)

    def extend(
        self, leaves: Iterable[bytes], *, stride: int
    ) -> tuple["Frontier", tuple[Node, ...]]:
        """Return the tree with more leaf hashes, and the nodes above them that they complete.

        Of these nodes only those at levels that are multiples of ``stride``.
        """
        sha256 = hashlib.sha256
        hashes, size, nodes = list(self.hashes), self.size, list[Node]()
        for leaf in leaves:
            value, index, level = leaf, size, 0
            while index & 1:
                value = sha256(b"\x01" + hashes.pop() + value).digest()
                index >>= 1
                level += 1
                if not level % stride:
                    nodes.append(Node(level, index, value))
            hashes.append(value)
            size += 1
        return Frontier(size=size, hashes=tuple(hashes)), tuple(nodes)

    def root(self) -> bytes:
        """Return the root hash."""
        return _join(self.hashes) if self.hashes else EMPTY_ROOT

    @classmethod
    def of(cls, size: int, hash_at: HashAt) -> "Frontier":
        """Return the frontier of the first ``size`` leaves of a stored tree."""
        return cls(size=size, hashes=tuple(hash_at(*place) for place in _cover(0, size)))


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    return Frontier().extend(hashes, stride=1)[0].root()


def inclusion_proof(index: int, size: int, hash_at: HashAt) -> tuple[bytes, ...]:
    """Return the path of leaf ``index`` in the tree of ``size``, the leaf's sibling first.

    RFC 6962 section 2.1.1. Raises VerificationError where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise VerificationError(f"leaf {index} does not exist in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(middle, end, hash_at))
            end = middle
        else:
            path.append(_subtree(start, middle, hash_at))
            start = middle
    return tuple(reversed(path))


def verify_inclusion(
    leaf: bytes, index: int, size: int, *, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise VerificationError unless the leaf hash stands at ``index`` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        raise VerificationError(f"leaf {index} does not exist in a tree of {size}")
    node, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise VerificationError(f"inclusion proof of leaf {index} is too long")
        if node & 1 or node == last:
            value = node_hash(sibling, value)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        node, last = node >> 1, last >> 1
    if last or value != root:
        raise VerificationError(f"inclusion proof of leaf {index} does not lead to the root")


def consistency_proof(old_size: int, size: int, hash_at: HashAt) -> tuple[bytes, ...]:
    """Return the proof that the tree of ``size`` begins with the one of ``old_size``.

    RFC 6962 section 2.1.2; empty for an empty old tree or equal sizes.
    Raises VerificationError where the old tree is the larger.
    """
    if not 0 <= old_size <= size:
        raise VerificationError(f"a tree of {size} cannot begin with one of {old_size}")
    if old_size in (0, size):
        return ()
    path: list[bytes] = []
    start, end, whole = 0, size, True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(_subtree(middle, end, hash_at))
            end = middle
        else:
            path.append(_subtree(start, middle, hash_at))
            start, whole = middle, False
    if not whole:
        path.append(_subtree(start, end, hash_at))
    return tuple(reversed(path))


def verify_consistency(
    old_size: int, size: int, *, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise VerificationError unless the larger tree begins with the old one (RFC 9162 2.1.4.2)."""
    if not 0 <= old_size <= size:
        raise VerificationError(f"a tree of {size} cannot begin with one of {old_size}")
    if old_size in (0, size):
        expected = EMPTY_ROOT if old_size == 0 else root
        if proof or old_root != expected:
            raise VerificationError(f"trees of {old_size} and {size} are not consistent")
        return
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    found = _climb(old_size - 1, size - 1, path)
    if found != (old_root, root):
        raise VerificationError(
            f"the tree of {size} does not begin with the tree of {old_size}: history was rewritten"
        )


def _climb(node: int, last: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """Return the old and the new root that a consistency path leads to; None for a wrong length."""
    while node & 1:
        node, last = node >> 1, last >> 1
    if not path:
        return None
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return None if last else (old, new)


def _split(count: int) -> int:
    """Return the largest power of two below ``count`` > 1."""
    return 1 << ((count - 1).bit_length() - 1)


def _cover(start: int, end: int) -> list[tuple[int, int]]:
    """Return the complete nodes, largest first, of leaves that begin at a node's own start."""
    places: list[tuple[int, int]] = []
    for level in reversed(range((end - start).bit_length())):
        if (end - start) >> level & 1:
            places.append((level, start >> level))
            start += 1 << level
    return places


def _subtree(start: int, end: int, hash_at: HashAt) -> bytes:
    return _join([hash_at(*place) for place in _cover(start, end)])


def _join(hashes: Sequence[bytes]) -> bytes:
    """Return the root over complete nodes, largest first."""
    value = hashes[-1]
    for left in reversed(hashes[:-1]):
        value = node_hash(left, value)
    return value
