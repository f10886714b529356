"""What happens to appointments, agreements, plaques, pairings, studios, platforms. Pure."""
