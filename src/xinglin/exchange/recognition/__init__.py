"""The answer at order time, what the doctor decided, and every fen it saved."""
