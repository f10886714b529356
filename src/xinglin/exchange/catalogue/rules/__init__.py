"""What the catalogue decides. Pure."""
