"""What can be done (intake), one verb per function."""
