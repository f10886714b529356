"""What happens (identity), in one sentence each. Pure."""
