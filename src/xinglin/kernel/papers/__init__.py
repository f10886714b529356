"""Papers the alliance issues: one definition of each, from which a .docx and a page for printing are made."""
