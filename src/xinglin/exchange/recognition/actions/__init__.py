"""What can be done (recognition), one verb per function."""
