"""What consent decides. Pure."""
