"""SIDs that are invented: they follow from a seed and how many came before."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

#: An odd number far from round ones: its multiples walk through all 2**128 SIDs without meeting one twice.
_STRIDE: Final = 0x9E3779B97F4A7C15F39CC0605CEDC835
_MASK: Final = (1 << 128) - 1


def offset_of(seed: int) -> int:
    """Return where the SIDs of *seed* begin."""
    return int.from_bytes(blake2b(b"%d" % seed, digest_size=16).digest(), "big")


def next_sid(prefix: str, count: int, offset: int) -> str:
    """Return the SID that comes as the *count*-th of the seed whose SIDs begin at *offset*."""
    return prefix + ((count * _STRIDE + offset) & _MASK).to_bytes(16, "big").hex()


def sids_of_offer(count: int, offset: int) -> tuple[str, str]:
    """Return the SIDs of a task and of its reservation, which come as the *count*-th and as the one after it."""
    number = count * _STRIDE + offset
    task, reservation = (number & _MASK).to_bytes(16, "big"), (number + _STRIDE & _MASK).to_bytes(16, "big")
    return "WT" + task.hex(), "WR" + reservation.hex()
