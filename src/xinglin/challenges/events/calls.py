"""Events of calls. Pure. No data item holds personal numbers or what a sealed bid says."""
