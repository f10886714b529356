"""The decisions of matching, a file per noun. Pure."""
