"""What can be done (consent), one verb per function."""
