"""The words of transfer, a file per noun. Pure."""
