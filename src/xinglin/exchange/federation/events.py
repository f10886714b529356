"""What happens (federation), in one sentence each. Pure."""
