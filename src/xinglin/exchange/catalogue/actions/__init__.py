"""What can be done (catalogue), one verb per function."""
