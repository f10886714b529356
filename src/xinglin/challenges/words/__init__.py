"""The words of challenges, a file per noun. Pure."""
