"""Parquet in a folder both the pipeline and Spark see: the setting ``warehouse_files``, a path or a URL (s3, hdfs).

A table is as many parts as it has millions of rows, so that as many processors read it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.fs import FileSelector, FileSystem, FileType

from config.errors import BadSetting

PART_ROWS = 1_000_000


def opened(files: str) -> tuple[FileSystem, str]:
    """Return the file system of the folder and its path there; raises ``BadSetting``."""
    if not files:
        raise BadSetting("warehouse_files: say which folder both the pipeline and Spark see (docs/deploy.md)")
    try:
        system, path = FileSystem.from_uri(files)
    except (ValueError, OSError) as error:
        raise BadSetting(f"warehouse_files: {files!r} is neither an absolute path nor a URL: {error}") from error
    return system, path.rstrip("/")


def as_spark_writes(files: str, folder: str) -> str:
    """Return where a folder is, in Spark's own words: Hadoop calls S3 s3a."""
    scheme = urlsplit(files).scheme
    where = files.replace("s3://", "s3a://", 1) if scheme == "s3" else files if scheme else f"file://{files}"
    return f"{where.rstrip('/')}/{folder}"


def write_parts(files: str, folder: str, reader: pa.RecordBatchReader) -> int:
    """Write what a reader has as the parts of a new folder, one at least; returns how many rows."""
    system, root = opened(files)
    system.create_dir(f"{root}/{folder}", recursive=True)
    rows = part = 0
    batch = next(reader, None)
    while batch is not None or part == 0:
        with pq.ParquetWriter(
            system.open_output_stream(f"{root}/{folder}/part-{part:05}.parquet"), reader.schema, compression="zstd"
        ) as writer:
            upto = rows + PART_ROWS
            while batch is not None and rows < upto:
                writer.write_batch(batch)
                rows += batch.num_rows
                batch = next(reader, None)
        part += 1
    return rows


def forget_folder(files: str, folder: str) -> None:
    """Remove a folder, if it is there."""
    system, root = opened(files)
    if system.get_file_info(f"{root}/{folder}").type is FileType.Directory:
        system.delete_dir(f"{root}/{folder}")


def folders(files: str) -> list[str]:
    """Return the names of what is in the folder."""
    system, root = opened(files)
    if system.get_file_info(root).type is not FileType.Directory:
        return []
    found = system.get_file_info(FileSelector(root))
    return sorted(info.base_name for info in found if info.type is FileType.Directory)
