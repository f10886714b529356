"""What federation decides. Pure."""
