"""The one door for reading (federation). Takes the actor; returns only what that actor may see."""
