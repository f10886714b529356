"""What federation stores. Import models from here."""
