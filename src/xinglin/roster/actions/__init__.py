"""Everything a person can do in the roster, one file per noun, each in the order of the noun's life."""
