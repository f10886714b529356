"""The interface for programs, made from the registered kinds: what a page can do, a program can do."""
