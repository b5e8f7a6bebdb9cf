"""Everything that looks ahead, or back at what was done: computed after publication, stored, read by ``metrics``."""
