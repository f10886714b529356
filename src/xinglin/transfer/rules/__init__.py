"""The decisions of transfer, a file per noun. Pure."""
