"""The decisions of challenges, a file per noun. Pure."""
