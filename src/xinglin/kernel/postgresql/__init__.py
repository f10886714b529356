"""Django's PostgreSQL backend, taught to start the embedded database when it is first needed."""
