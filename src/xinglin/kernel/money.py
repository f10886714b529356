"""Amounts as people read them: kept in fen, said in yuan, alike in both languages. Pure."""

from __future__ import annotations


def yuan(fen: int) -> str:
    """¥1,234.50; whole yuan without decimals, what is owed with a minus before the sign of the currency."""
    plain = in_column(abs(fen)).removesuffix(".00")
    return f"{'−' if fen < 0 else ''}¥{plain}"


def in_column(fen: int) -> str:
    """1,234.50: always two decimals, where a heading says that these are yuan."""
    return f"{'−' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
