"""CDS Hooks 2.0: the hospital's own order entry is told, at the moment of ordering, that a usable result exists."""
