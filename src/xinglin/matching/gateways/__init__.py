"""Outside systems of matching."""
