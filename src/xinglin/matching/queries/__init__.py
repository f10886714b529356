"""The one door for reading matching, a file per noun."""
