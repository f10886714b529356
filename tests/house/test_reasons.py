"""The knowledge rooms keep their sentences in both languages in one table; the portal's catalogue says the same."""

import io
from pathlib import Path

from babel.messages.pofile import read_po

from xinglin.roster.reasons import catalogue

CATALOGUE = Path(__file__).parents[2] / "src/xinglin/portal/locale/roster_reasons/zh_Hans/LC_MESSAGES/django.po"


def test_the_catalogue_repeats_the_table():
    said = read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="zh_Hans")
    told = {message.id: message.string for message in said if message.id}
    table: dict[str, str] = {}
    for reason in catalogue().values():
        for english, chinese in ((reason.en, reason.zh), (reason.next_en, reason.next_zh)):
            if english:
                table.setdefault(english, chinese)
    assert told == table
