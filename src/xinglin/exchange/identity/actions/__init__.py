"""What can be done (identity), one verb per function."""
