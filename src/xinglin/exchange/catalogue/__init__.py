"""Standard items, local-to-standard mappings, HR scopes, windows and prices: what makes results comparable."""
