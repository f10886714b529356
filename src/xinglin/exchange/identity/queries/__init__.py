"""The one door for reading (identity). Takes the actor; returns only what that actor may see."""
