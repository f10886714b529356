"""The Merkle root says everything about its leaves: which they are, how many, in which order."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.ledger import merkle_root

LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True)


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1: split at the largest power of two below the size. An independent way to the same root."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node(by_the_book(leaves[:split]), by_the_book(leaves[split:]))


@given(LEAVES)
def test_the_root_is_that_of_rfc_6962(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) == by_the_book(leaves)


@given(LEAVES, st.data())
def test_a_changed_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.binary(min_size=32, max_size=32).filter(lambda leaf: leaf != leaves[place]))
    assert merkle_root([*leaves[:place], other, *leaves[place + 1 :]]) != merkle_root(leaves)


@given(LEAVES, st.randoms(use_true_random=False))
def test_another_order_is_another_root(leaves: list[bytes], chance) -> None:
    shuffled = leaves.copy()
    chance.shuffle(shuffled)
    assert (merkle_root(shuffled) == merkle_root(leaves)) is (shuffled == leaves)


@given(LEAVES, st.data())
def test_a_missing_or_repeated_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    assert merkle_root([*leaves, leaves[-1]]) != merkle_root(leaves)
    if len(leaves) > 1:
        assert merkle_root(leaves[:place] + leaves[place + 1 :]) != merkle_root(leaves)


def test_nothing_has_the_root_of_nothing() -> None:
    assert merkle_root([]) == bytes(32)
