"""How federation reaches other houses."""
