"""Xinglin 杏林: the system a city's medical alliance runs on."""

__version__ = "0.1.0"
