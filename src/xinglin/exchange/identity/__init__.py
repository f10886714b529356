"""One person across hospitals: documents, names, links that can be undone, and the desk for what is doubtful."""
