"""The one door for reading (intake). Takes the actor; returns only what that actor may see."""
