"""Uploads go to disk as they arrive; one that grows too large is dropped at once."""

from typing import Any

from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler

from cases.intake.store import LARGEST

# Where the view looks for names of files that were dropped.
TOO_LARGE = "tracker.too_large_uploads"


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Stops storing a file that is larger than an import may be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._size = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > LARGEST:
            self.file.close()
            if self.request is not None:
                self.request.META.setdefault(TOO_LARGE, []).append(self.file_name)
            raise SkipFile
        super().receive_data_chunk(raw_data, start)
