"""Stand-ins for hosted helpdesks, faithful to their published paging, limits and quirks.

They hold a desk's life in memory and answer as the vendor's API does, for tests and for ``make demo SOURCE=zendesk``.
"""
