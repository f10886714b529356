"""What happens (catalogue), in one sentence each. Pure."""
