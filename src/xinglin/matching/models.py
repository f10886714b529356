"""What matching stores."""
