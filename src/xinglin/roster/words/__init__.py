"""The words of the roster."""
