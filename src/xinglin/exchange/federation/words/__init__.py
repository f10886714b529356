"""The words of federation. Pure."""
