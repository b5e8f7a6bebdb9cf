"""The right to erasure: who asked goes, for good; that somebody asked, and how it was answered, stays.

``tombstones`` remember whom not to take in again, without saying who; ``cutting`` says what of a row goes; ``inputs``
cuts what is being read, ``raw`` what was read before; ``elsewhere`` looks after builds, computed tables, logs and the
journal; ``erase`` is the command. What is erased, and what is left, stands in ``docs/erasure.md``.
"""
