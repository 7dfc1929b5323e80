import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import VerificationError
from edgekit.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The reference leaves of Certificate Transparency (RFC 6962) and the roots of their first n.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def hashes(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(size)]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


class Tree:
    """Complete nodes as a store keeps them: all that `hash_at` may ask for."""

    def __init__(self, size: int) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        frontier = Frontier()
        for leaf in hashes(size):
            frontier, made = frontier.append(leaf)
            for node in made:
                assert (node.level, node.place) not in self.nodes
                self.nodes[node.level, node.place] = node.value

    def hash_at(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


@pytest.mark.parametrize("size", range(9))
def test_reference_roots(size: int) -> None:
    assert root_of(map(leaf_hash, LEAVES[:size])).hex() == ROOTS[size]


def test_reference_inclusion_proof() -> None:
    frontier, nodes = Frontier(), {}
    for leaf in map(leaf_hash, LEAVES):
        frontier, made = frontier.append(leaf)
        nodes |= {(node.level, node.place): node.value for node in made}
    proof = inclusion_proof(0, 8, lambda level, index: nodes[level, index])
    assert [step.hex() for step in proof] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_roots_and_stored_frontiers_of_every_size() -> None:
    tree = Tree(70)
    for size in range(71):
        expected = naive_root(hashes(size))
        assert root_of(hashes(size)) == expected
        assert Frontier.of(size, tree.hash_at).root() == expected


def test_every_leaf_of_every_small_tree_is_proved_and_no_other() -> None:
    tree = Tree(20)
    for size in range(1, 21):
        root = naive_root(hashes(size))
        for index, leaf in enumerate(hashes(size)):
            proof = inclusion_proof(index, size, tree.hash_at)
            verify_inclusion(leaf, index, size, proof=proof, root=root)
            wrong = [
                (leaf_hash(b"x"), index, size, proof, root),
                (leaf, index, size, proof, leaf_hash(b"x")),
                (leaf, index, size, (*proof, root), root),
                (leaf, index, size + 1, proof, naive_root(hashes(size + 1))),
                (leaf, index + 1, size, proof, root),
            ]
            if proof:
                wrong.append((leaf, index, size, proof[:-1], root))
            for bad_leaf, bad_index, bad_size, bad_proof, bad_root in wrong:
                with pytest.raises(VerificationError):
                    verify_inclusion(bad_leaf, bad_index, bad_size, proof=bad_proof, root=bad_root)


def test_every_pair_of_small_trees_is_consistent_and_no_rewritten_one() -> None:
    tree = Tree(20)
    for size in range(21):
        root = naive_root(hashes(size))
        for old in range(size + 1):
            old_root = naive_root(hashes(old))
            proof = consistency_proof(old, size, tree.hash_at)
            verify_consistency(old, size, old_root=old_root, root=root, proof=proof)
            wrong = [
                (leaf_hash(b"x"), root, proof),
                (old_root, root, (*proof, root)),
                (old_root, root, (*proof, root, root, root, root, root)),
            ]
            if 0 < old < size:
                wrong += [(old_root, leaf_hash(b"x"), proof), (old_root, root, proof[:-1])]
                wrong += [(old_root, root, ())]
            for bad_old_root, bad_root, bad_proof in wrong:
                with pytest.raises(VerificationError):
                    verify_consistency(
                        old, size, old_root=bad_old_root, root=bad_root, proof=bad_proof
                    )


def test_leaves_and_trees_that_cannot_be_are_refused() -> None:
    with pytest.raises(VerificationError, match="does not exist"):
        inclusion_proof(3, 3, Tree(3).hash_at)
    with pytest.raises(VerificationError, match="does not exist"):
        verify_inclusion(EMPTY_ROOT, 0, 0, proof=(), root=EMPTY_ROOT)
    with pytest.raises(VerificationError, match="cannot begin"):
        consistency_proof(4, 3, Tree(3).hash_at)
    with pytest.raises(VerificationError, match="cannot begin"):
        verify_consistency(4, 3, old_root=EMPTY_ROOT, root=EMPTY_ROOT, proof=())
    with pytest.raises(VerificationError, match="cannot be a tree"):
        Frontier(size=3, hashes=(EMPTY_ROOT,))
    with pytest.raises(VerificationError, match="cannot be a tree"):
        Frontier(size=-1, hashes=(EMPTY_ROOT,))


@given(
    st.integers(0, 2**70),
    st.integers(0, 2**70),
    st.lists(st.binary(min_size=32, max_size=32), max_size=70),
    st.binary(min_size=32, max_size=32),
)
def test_any_proof_holds_or_raises_ours(
    one: int, two: int, proof: list[bytes], root: bytes
) -> None:
    with pytest.raises(VerificationError):
        verify_inclusion(EMPTY_ROOT, one, two, proof=proof, root=root)
    with pytest.raises(VerificationError):
        verify_consistency(one, two, old_root=root, root=EMPTY_ROOT, proof=proof)
