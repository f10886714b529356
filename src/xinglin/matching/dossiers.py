"""The kinds of dossier matching has."""
