"""How many people it takes: queueing formulas and what-if arithmetic, without heavy imports.

All rates and times of one call share a unit: here, arrivals a second and seconds.
"""
