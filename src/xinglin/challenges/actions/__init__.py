"""What can be done in challenges, a file per noun."""
