"""What transfer stores. Import models from here."""
