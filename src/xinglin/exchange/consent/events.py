"""What happens (consent), in one sentence each. Pure."""
