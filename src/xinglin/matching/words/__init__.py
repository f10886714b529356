"""The words of matching, a file per noun. Pure."""
