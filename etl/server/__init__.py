"""The warehouse on a PostgreSQL server: raw tables land there, the same models are made there, readers see a schema.

``landing`` carries raw tables and settings over, ``building`` makes, checks and publishes a build, ``readers`` says
which database role may read which rows.
"""
