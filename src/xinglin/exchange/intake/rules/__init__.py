"""What intake decides. Pure."""
