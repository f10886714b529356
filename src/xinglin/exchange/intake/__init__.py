"""Reports and results as hospitals send them: every entry accepted, unchanged or quarantined with its reason."""
