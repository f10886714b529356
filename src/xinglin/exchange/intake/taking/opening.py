"""Bytes into entries: FHIR JSON, NDJSON, compressed or not; what is neither is one entry with its reason.

Nothing outside the bytes is ever read: XML is refused by its first character, unread, so no entity is ever resolved.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

import msgspec
import orjson

from xinglin.exchange.intake.rules import structs, versions
from xinglin.exchange.intake.taking.parts import ID, Running, Sent
from xinglin.exchange.intake.words import Form

# One JSON document is held in memory whole; lines and rows are not.
MOST_DOCUMENT = 512 * 1024 * 1024
MOST_LINE = 64 * 1024 * 1024
# A stream of lines or rows may be long, but not made of nothing: unpacked at most this many times its size.
MOST_RATIO = 400
FREE = 64 * 1024 * 1024
GZIP = b"\x1f\x8b"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Signs of DSTU2 and STU3 that can be seen in the bytes; a hit is looked at closely.
_OLD = re.compile(
    rb'"(?:clinicalStatus|verificationStatus|class)"\s*:\s*"|"(?:wasNotGiven|notGiven|notDone|careProvider|assertedDate|'
    rb"dateRecorded|codedDiagnosis|comments|animal|isBrand|notPerformed|indication|participant|information|related|"
    rb'image|uid|accession|reported)"\s*:|"(?:category|context|interpretation)"\s*:\s*\{|"resourceType"\s*:\s*"(?:'
    + "|".join(sorted(versions.DSTU2_ONLY | versions.STU3_ONLY)).encode()
    + rb')"|"description"\s*:\s*"'
)


class Unreadable(Exception):
    """The bytes as a whole cannot be taken; carries a reason code and its facts."""

    def __init__(self, code: str, **facts: Any):
        super().__init__(code)
        self.code, self.facts = code, facts


class Unpacked(io.RawIOBase):
    """A gzip stream that stops being read when it grows out of all proportion."""

    def __init__(self, source: IO[bytes]):
        self._source, self._machine = source, zlib.decompressobj(31)
        self._taken = self._given = 0
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Unpack as much as fits. Raises Unreadable for bombs and broken streams."""
        while True:
            if not self._rest and not self._machine.eof:
                self._rest = self._source.read(65536)
                self._taken += len(self._rest)
                if not self._rest:
                    raise Unreadable("file.unreadable", why="gzip ends too early")
            try:
                made = self._machine.decompress(self._rest, len(buffer))
            except zlib.error as wrong:
                raise Unreadable("file.unreadable", why=str(wrong)) from wrong
            self._rest = self._machine.unconsumed_tail
            if self._machine.eof and not made:
                self._rest = self._machine.unused_data or self._source.read(65536)
                if not self._rest.startswith(GZIP):
                    return 0
                self._machine = zlib.decompressobj(31)
                continue
            self._given += len(made)
            if self._given > FREE and self._given > self._taken * MOST_RATIO:
                raise Unreadable("file.bomb")
            if made:
                buffer[: len(made)] = made
                return len(made)


def unpacked(source: IO[bytes]) -> io.BufferedReader:
    """The stream, without its compression."""
    start = io.BufferedReader(source, 1 << 18) if not isinstance(source, io.BufferedReader) else source  # type: ignore[arg-type, type-var]
    if start.peek(2)[:2] == GZIP:
        return io.BufferedReader(Unpacked(start), 1 << 18)
    return start


def form_of(stream: io.BufferedReader, name: str = "") -> Form:
    """What the bytes are, by their beginning and, between JSON and NDJSON, by the file's name."""
    start = stream.peek(4096)[:4096]
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            start = start.removeprefix(bom) if encoding == "utf-8" else start.decode(encoding, "ignore").encode()
    begun = start.lstrip()
    if not begun:
        raise Unreadable("file.empty")
    plain = name.lower().removesuffix(".gz")
    if begun[:1] == b"<":
        raise Unreadable("file.xml")
    if begun[:1] in b"{[":
        if plain.endswith((".ndjson", ".jsonl")):
            return Form.NDJSON
        first, _, second = begun.partition(b"\n")
        lines = first.rstrip().endswith(b"}") and second.lstrip()[:1] == b"{"
        return Form.NDJSON if lines else Form.BUNDLE
    if b"\x00" in start or plain.endswith((".json", ".xml", ".ndjson")):
        raise Unreadable("malformed.json" if plain.endswith((".json", ".ndjson")) else "file.unknown", why="")
    heading = begun.partition(b"\n")[0]
    if any(mark in heading for mark in (b"\t", b",", b";", b"|")):
        return Form.CSV
    raise Unreadable("file.unknown")


def document(stream: io.BufferedReader) -> bytes:
    """A whole JSON document as UTF-8. Raises Unreadable."""
    text = stream.read(MOST_DOCUMENT + 1)
    if len(text) > MOST_DOCUMENT:
        raise Unreadable("file.bomb")
    return utf8(text)


def utf8(text: bytes) -> bytes:
    """The bytes in UTF-8 without a mark of it; UTF-16 that says so is converted. Raises Unreadable."""
    for bom, encoding in _BOMS:
        if text.startswith(bom):
            try:
                return text.removeprefix(bom) if encoding == "utf-8" else text.decode(encoding).encode()
            except UnicodeError as wrong:
                raise Unreadable("malformed.encoding") from wrong
    return text


def bundle_entries(text: bytes, running: Running, position: int = 0) -> list[Sent]:
    """The entries of a Bundle, or the one resource that the text is; a refused one with its reason."""
    if not text.strip():
        return []
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return [Sent(running, position, text[:4096], code="malformed.encoding")]
    try:
        head = structs.read_head(text)
    except msgspec.ValidationError:
        return [_other_json(text, running, position)]
    except (msgspec.DecodeError, RecursionError) as wrong:
        return [_broken(text, running, position, wrong)]
    old = _old_version(text)
    if head.resourceType != "Bundle":
        return [Sent(running, position, text, code=old)]
    try:
        bundle = structs.read_bundle(text)
    except msgspec.ValidationError as wrong:
        return [Sent(running, position, text, code="malformed.structure", facts={"why": str(wrong)})]
    except (msgspec.DecodeError, RecursionError) as wrong:
        return [_broken(text, running, position, wrong)]
    if not bundle.entry:
        # A bundle of nothing says something too: it is kept as it came.
        return [Sent(running, position, text, code=old)]
    links: dict[str, str] = {}
    sent = []
    for number, entry in enumerate(bundle.entry, position):
        raw = b"" if entry.resource is msgspec.UNSET else bytes(entry.resource)  # type: ignore[arg-type]
        url = entry.fullUrl or ""
        method = (entry.request.method or "") if entry.request is not None else ""
        sent.append(Sent(running, number, raw, url, method, links, code=old))
        if url and raw:
            _link(links, url, raw)
    return sent


def _link(links: dict[str, str], url: str, raw: bytes) -> None:
    """Remember what the bundle calls a resource, where that is not simply its kind and id."""
    try:
        head = structs.read_head(raw)
    except (msgspec.DecodeError, RecursionError):
        return
    end = url.rstrip("/").replace(":", "/").rpartition("/")[2]
    name = head.id or (end if ID.match(end) else "")
    if head.resourceType and name and not url.endswith(f"{head.resourceType}/{name}"):
        links[url] = f"{head.resourceType}/{name}"


def _other_json(text: bytes, running: Running, position: int) -> Sent:
    code = "entry.no_type"
    return Sent(running, position, text, code=code)


def _broken(text: bytes, running: Running, position: int, wrong: Exception) -> Sent:
    if isinstance(wrong, RecursionError):
        return Sent(running, position, text[:4096], code="malformed.depth")
    return Sent(running, position, text, code="malformed.json", facts={"why": str(wrong)})


def _old_version(text: bytes) -> str:
    """The older version of FHIR this text speaks; "" for R4. Only suspicious texts are read twice."""
    if _OLD.search(text) is None:
        return ""
    try:
        found = orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return ""
    if found.get("resourceType") != "Bundle":
        return versions.old_version(found)
    entries = found.get("entry")
    listed = (one.get("resource") for one in entries if isinstance(one, dict)) if isinstance(entries, list) else ()
    return versions.old_bundle(one for one in listed if isinstance(one, dict))


def line_entries(stream: io.BufferedReader, running: Running) -> Iterator[list[Sent]]:
    """The entries of each line; a line may be a resource or a whole Bundle, and a bad one costs only itself."""
    position = 0
    first = True
    while line := stream.readline(MOST_LINE + 1):
        if first:
            line, first = utf8(line), False
        if len(line) > MOST_LINE:
            yield [Sent(running, position, line[:4096], code="file.bomb")]
            return
        if not line.strip():
            continue
        found = bundle_entries(line.strip(), running, position)
        position += len(found)
        yield found


def entries(stream: io.BufferedReader, form: Form, running: Running) -> Iterator[list[Sent]]:
    """The entries of a FHIR delivery, in groups that belong together (a Bundle, a line)."""
    if form == Form.NDJSON:
        yield from line_entries(stream, running)
    else:
        yield bundle_entries(document(stream), running)


Tick = Callable[[int], None]
