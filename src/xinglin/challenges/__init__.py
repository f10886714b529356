"""Open challenges (揭榜挂帅): from a demand through sealed bids and blind review to an accepted outcome."""
