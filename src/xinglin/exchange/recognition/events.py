"""What happens (recognition), in one sentence each. Pure."""
