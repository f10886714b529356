"""The one door for reading the roster."""
