"""Other cities, asked at order time with a time budget; the gate for what leaves the mainland."""
