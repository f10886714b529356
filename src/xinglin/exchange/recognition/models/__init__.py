"""What recognition stores. Import models from here."""
