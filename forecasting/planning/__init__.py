"""What the forecast means for people: need against the roster, and the backlog to come (the step ``staffing``)."""
