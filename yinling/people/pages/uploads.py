"""Uploads that never touch the disk in plain: what arrives is kept in memory until it is sealed."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from ..services.receiving import FileTooLarge

UPLOAD_BYTES_MAX = 256 << 20


class MemoryUpload(FileUploadHandler):
    """Collects one file; too large a one is refused while it arrives."""

    chunk_size = 1 << 20

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.body = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > UPLOAD_BYTES_MAX:
            raise FileTooLarge(n=UPLOAD_BYTES_MAX >> 20, field="file")
        self.body.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.body.seek(0)
        return InMemoryUploadedFile(self.body, self.field_name, self.file_name or "file", self.content_type or "", file_size,
                                    self.charset, self.content_type_extra)  # fmt: skip


def keep_in_memory(request: HttpRequest) -> None:
    """Must run before anything reads the body, the CSRF check included."""
    request.upload_handlers = [MemoryUpload(request)]
