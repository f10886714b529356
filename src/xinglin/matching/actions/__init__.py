"""What can be done in matching, a file per noun."""
