"""The one door for reading (catalogue). Takes the actor; returns only what that actor may see."""
