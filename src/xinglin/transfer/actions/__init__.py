"""What can be done in transfer, a file per noun."""
