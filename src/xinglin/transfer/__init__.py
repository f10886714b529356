"""Technology transfer (成果转化): achievements, contracts, shared income; two funds kept apart."""
