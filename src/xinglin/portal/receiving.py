"""Receiving what is to be sealed: an attached file touches the disk encrypted or not at all (docs/adr/0009).

Django would put larger files, in clear, into the system's temporary folder. Under `/bids/` this handler takes their
place: each file lies in a nameless temporary file, every block under a key that lives in this request's memory alone.
Files that are too large are read to their end and thrown away, so that the form can answer with a sentence.
"""

from __future__ import annotations

import io
import os
import tempfile
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopFutureHandlers
from django.http import HttpRequest

from xinglin.challenges.actions import bids
from xinglin.kernel import clock

PATH = "/bids/"
BLOCK, TAG = 64 * 1024, 16
LONGEST_NAME = 200


class Veil(io.RawIOBase):
    """A file that is written once and read anywhere; its blocks lie encrypted under a key nobody else has."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this
        self._cipher = AESGCM(os.urandom(32))
        self._waiting, self._blocks, self.size, self._at = bytearray(), 0, 0, 0
        self._known: tuple[int, bytes] = (-1, b"")

    def take(self, part: bytes) -> None:
        """Add bytes at the end, before anything is read."""
        self._waiting += part
        self.size += len(part)
        while len(self._waiting) >= BLOCK:
            self._put(bytes(self._waiting[:BLOCK]))
            del self._waiting[:BLOCK]

    def finish(self) -> None:
        if self._waiting:
            self._put(bytes(self._waiting))
            self._waiting.clear()

    def _put(self, block: bytes) -> None:
        self._file.write(self._cipher.encrypt(self._blocks.to_bytes(12, "big"), block, None))
        self._blocks += 1

    def _block(self, number: int) -> bytes:
        if self._known[0] != number:
            self._file.seek(number * (BLOCK + TAG))
            sealed = self._file.read(BLOCK + TAG)
            self._known = (number, self._cipher.decrypt(number.to_bytes(12, "big"), sealed, None))
        return self._known[1]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self.size:
            return 0
        number, inside = divmod(self._at, BLOCK)
        part = self._block(number)[inside : inside + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        self._known = (-1, b"")
        super().close()


class VeilingHandler(FileUploadHandler):
    """Takes the files of a bid; under other addresses it passes everything on."""

    def __init__(self, request: HttpRequest | None = None):
        super().__init__(request)
        self.at_work, self.taken, self.count = False, 0, 0
        self.veil: Veil | None = None

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: bytes, encoding: str | None = None
    ) -> None:
        self.at_work = self.request is not None and self.request.path_info.startswith(PATH)
        self.limits = bids.limits() if self.at_work else None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.at_work:
            self.veil = Veil()
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.veil is None or self.limits is None:
            return raw_data
        self.taken += len(raw_data)
        if start + len(raw_data) > self.limits.file_bytes or self.taken > self.limits.all_bytes:
            refused_files(self.request).append(str(self.file_name)[:LONGEST_NAME])
            self.taken -= start + len(raw_data)
            self.veil.close()
            self.veil = None
            # The rest of this file is read past, a chunk at a time; the fields behind it are still read.
            raise SkipFile
        self.veil.take(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.veil is None:
            return None
        veil, self.veil = self.veil, None
        veil.finish()
        return UploadedFile(
            file=io.BufferedReader(veil, BLOCK), name=self.file_name, content_type=self.content_type, size=veil.size,
            charset=self.charset, content_type_extra=self.content_type_extra,
        )  # fmt: skip

    def upload_complete(self) -> None:
        if self.at_work and self.request is not None:
            self.request.read_at = clock.now()  # type: ignore[attr-defined]


def refused_files(request: HttpRequest | None) -> list[str]:
    """The names of files that were too large to be kept, for the form to say."""
    if request is None:
        return []
    if not hasattr(request, "refused_files"):
        request.refused_files = []  # type: ignore[attr-defined]
    return request.refused_files  # type: ignore[attr-defined]


def read_at(request: HttpRequest) -> datetime:
    """When the last byte of the request was read, by the server's clock."""
    _ = request.POST
    return getattr(request, "read_at", None) or clock.now()
