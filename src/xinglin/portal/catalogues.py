"""Translations: English sentences in the code, Chinese in catalogues, compiled when they changed.

Every folder below portal/locale/ holds one catalogue (`<topic>/zh_Hans/LC_MESSAGES/django.po`). The binary form is made
at start by Babel, so the system's gettext is not needed; it lies beside its source, or in the home where the program's
own folder may not be written to.

    python -m xinglin.portal.catalogues     adds what is said in the code and in no catalogue yet (`make messages`)
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent / "locale"
SOURCE = Path(__file__).resolve().parents[1]
LANGUAGE = "zh_Hans"
KEYWORDS: dict[str, Any] = {
    "say": None, "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip


def topics() -> list[Path]:
    """The catalogue folders, those of the portal first."""
    return sorted((folder for folder in ROOT.glob("*") if folder.is_dir()), key=lambda f: (f.name != "portal", f.name))


def locale_paths() -> list[str]:
    """For Django's LOCALE_PATHS: the folders, or their twins in the home where the binaries had to go."""
    return [str(place) for folder in topics() for place in (folder, _twin(folder)) if place.exists() or place == folder]


def _twin(folder: Path) -> Path:
    from xinglin.kernel import home

    return home.home_path() / "locale" / folder.name


def compile_stale() -> list[Path]:
    """Compile every catalogue newer than its binary; several processes may do so at once. Returns what was made."""
    made = []
    for folder in topics() if ROOT.is_dir() else []:
        for source in folder.glob("*/LC_MESSAGES/django.po"):
            target = _target(source, folder)
            if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            _compile(source, target)
            made.append(target)
    return made


def _target(source: Path, folder: Path) -> Path:
    if os.access(source.parent, os.W_OK):
        return source.with_suffix(".mo")
    return _twin(folder) / source.relative_to(folder).with_suffix(".mo")


def _compile(source: Path, target: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parts[-3])
    # A catalogue marked fuzzy as a whole would be skipped without a word.
    catalogue.fuzzy = False
    aside = target.with_name(f"{target.name}.{os.getpid()}")
    with aside.open("wb") as binary:
        write_mo(binary, catalogue)
    # The binary carries its source's time, so a source that changes while we compile is compiled again.
    times = source.stat()
    os.utime(aside, ns=(times.st_atime_ns, times.st_mtime_ns))
    aside.replace(target)


def extracted() -> dict[str, dict[str | tuple[str, str], list[tuple[str, int]]]]:
    """wing -> msgid (or (singular, plural)) -> where it is said."""
    found: dict[str, dict[str | tuple[str, str], list[tuple[str, int]]]] = {}
    for path in sorted(
        [*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt")]
    ):
        wing = path.relative_to(SOURCE).parts[0]
        for msgid, line in _said_in(path):
            if msgid:
                found.setdefault(wing, {}).setdefault(msgid, []).append((str(path.relative_to(SOURCE.parent)), line))
    return found


def _said_in(path: Path) -> Iterator[tuple[str | tuple[str, str], int]]:
    from babel.messages.extract import extract

    text = path.read_text("utf-8")
    if path.suffix != ".py":
        text = _as_python(text, path.name)
    for line, message, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
        if context is None and message:
            yield (message if isinstance(message, str) else (message[0], message[1])), line


def _as_python(text: str, name: str) -> str:
    """A template's messages as calls that an extractor of Python finds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.portal.settings")
    from django.utils.translation.template import templatize

    # templatize fills everything else with X, which may not be Python: only the calls are kept, each on its line.
    calls = re.compile(r"""n?gettext\((?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"|[^()'"]|\([^()]*\))*\)""")
    lines = templatize(text, origin=name).split("\n")
    return "\n".join(
        "; ".join(call.group(0).replace(",count)", ",1)") for call in calls.finditer(line)) for line in lines
    )


def translated() -> dict[str | tuple[str, str], str]:
    """Every msgid that has a Chinese sentence in some catalogue, ours or Django's."""
    from babel.messages.pofile import read_po

    found: dict[str | tuple[str, str], str] = {}
    for folder in topics():
        for source in folder.glob(f"{LANGUAGE}/LC_MESSAGES/django.po"):
            with source.open("rb") as text:
                for message in read_po(text, locale=LANGUAGE):
                    if message.id and message.string and all(message.string) and not message.fuzzy:
                        key = message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
                        found[key] = message.string if isinstance(message.string, str) else message.string[0]
    return found


def missing() -> dict[str, list[str | tuple[str, str]]]:
    """wing -> what it says in English only."""
    known = translated()
    return {
        wing: gaps for wing, said in extracted().items() if (gaps := [msgid for msgid in said if msgid not in known])
    }


def add_missing() -> dict[str, int]:
    """Put every msgid without a translation into its wing's catalogue. Returns how many per wing."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    added = {}
    everywhere = extracted()
    for wing, gaps in missing().items():
        source = ROOT / wing / LANGUAGE / "LC_MESSAGES" / "django.po"
        source.parent.mkdir(parents=True, exist_ok=True)
        catalogue = Catalog(locale=LANGUAGE, fuzzy=False, project="xinglin")
        if source.exists():
            with source.open("rb") as text:
                catalogue = read_po(text, locale=LANGUAGE)
        before = len(catalogue)
        for msgid in gaps:
            if catalogue.get(msgid if isinstance(msgid, str) else msgid[0]) is None:
                catalogue.add(msgid, "", locations=[(path, 0) for path, _line in everywhere[wing][msgid]][:1])
        if len(catalogue) > before:
            with source.open("wb") as text:
                write_po(text, catalogue, width=120, no_location=True, omit_header=False)
            added[wing] = len(catalogue) - before
    return added


def main() -> int:
    """Add what is missing and say how much still waits for a translation."""
    added = add_missing()
    gaps = missing()
    for wing in sorted({*added, *gaps}):
        print(f"{wing}: {added.get(wing, 0)} added, {len(gaps.get(wing, []))} to be translated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
