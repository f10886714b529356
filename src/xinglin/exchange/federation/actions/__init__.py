"""What can be done (federation), one verb per function."""
