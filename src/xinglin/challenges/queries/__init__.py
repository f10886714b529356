"""The one door for reading challenges, a file per noun."""
