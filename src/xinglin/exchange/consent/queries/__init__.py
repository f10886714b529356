"""The one door for reading (consent). Takes the actor; returns only what that actor may see."""
