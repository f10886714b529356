"""The one door for reading transfer, a file per noun."""
