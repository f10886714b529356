"""The one door for reading (recognition). Takes the actor; returns only what that actor may see."""
