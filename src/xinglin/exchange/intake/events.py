"""What happens (intake), in one sentence each. Pure."""
