"""What pages are made of: access, filters, cards, charts, tables."""
