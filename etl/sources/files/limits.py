"""How large what comes in may be: the file, what it unpacks to, and how many times more that is."""

from __future__ import annotations

from dataclasses import dataclass

from config.errors import BadInput
from config.settings import Settings

MB = 1024**2
SMALL_BYTES = 10 * MB  # below this a high ratio is just a repetitive file
# What text and tables of rows never begin with: the kind of file that was renamed.
_SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive or workbook",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "packed with gzip",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"%PDF": "a PDF",
    b"\x7fELF": "a program",
    b"\xd0\xcf\x11\xe0": "a workbook of old Excel; save it as XLSX",
    b"SQLite format 3": "a SQLite database",
    b"\x89PNG": "a picture",
}


@dataclass(frozen=True)
class Limits:
    """The most that is taken in, in bytes, and as a ratio."""

    file_bytes: int = 20 * 1024 * MB
    unpacked_bytes: int = 20 * 1024 * MB
    ratio: int = 200

    def check_file(self, label: str, size: int) -> None:
        """Raise ``BadInput`` for a file that is too large."""
        if size > self.file_bytes:
            raise BadInput(
                f"{label}: larger than largest_file_mb ({self.file_bytes // MB:,} MB); split it, or allow more"
            )

    def check_unpacked(self, label: str, packed: int, unpacked: int) -> None:
        """Raise ``BadInput`` when ``unpacked`` bytes are more than ``packed`` ones should hold, or than is allowed."""
        if unpacked > self.unpacked_bytes:
            says = f"unpacks to more than largest_unpacked_mb ({self.unpacked_bytes // MB:,} MB)"
            raise BadInput(f"{label}: {says}; split it, or unpack it yourself")
        if unpacked > SMALL_BYTES and unpacked > self.ratio * packed:
            says = f"unpacks to more than {self.ratio} times its size (largest_unpacked_ratio)"
            raise BadInput(f"{label}: {says}; unpack it yourself if you trust it")


LIMITS = Limits()


def limits_of(settings: Settings) -> Limits:
    """Return the limits the settings name."""
    return Limits(settings.largest_file_mb * MB, settings.largest_unpacked_mb * MB, settings.largest_unpacked_ratio)


def check_is_text(label: str, start: bytes) -> None:
    """Raise ``BadInput`` when something called text begins as a file of another kind does."""
    for signature, kind in _SIGNATURES.items():
        if start.startswith(signature):
            raise BadInput(f"{label}: is no text but {kind}; give it its right name, or export it as CSV")
