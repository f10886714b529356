"""Invented calls and bids with planted leaks and collusions, for tests and measurements. Nobody in it is real (示例)."""

from xinglin.challenges.invented.bids import Invented, Planted, invented

__all__ = ["Invented", "Planted", "invented"]
