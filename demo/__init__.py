"""The alliance's year, played through the public actions only: seed data, guided tour and end-to-end test in one."""
