"""Files in: the Deskpulse import format, and any CSV, Parquet, JSONL or XLSX through a mapping.

``containers`` opens what is packed, ``text`` makes it UTF-8, ``delimited``, ``jsonl`` and ``spreadsheet``
turn it into rows, ``mapping`` says what the columns mean, ``values`` says what a value is, ``screening``
tells good rows from bad ones, ``versions`` new ones from known ones, ``raw`` loads them with dlt.
"""
