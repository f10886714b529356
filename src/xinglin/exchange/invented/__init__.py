"""An invented region: people, hospitals, results, prices and grants, each with the truth beside it. Pure.

Nothing here is about anybody: names are drawn by chance, document numbers pass their checks and belong to nobody,
hospitals are called 示例. The same seed gives the same files, byte for byte.
"""
