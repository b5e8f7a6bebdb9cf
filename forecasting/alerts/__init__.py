"""What deserves attention: days and levels of counts, rates and durations that their own past does not explain."""
