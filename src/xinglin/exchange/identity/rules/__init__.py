"""What identity decides. Pure."""
