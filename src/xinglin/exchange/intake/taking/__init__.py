"""How a chunk of a delivery becomes rows: read, looked up, resolved, stored in one transaction."""
