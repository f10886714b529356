"""The words of recognition. Pure."""
