"""Room for control laws, one noun each: values in, values out, time given.

`dimming` (the curve of DALI), `sun`, `hysteresis`, `twilight` (day or night), `own_light` (a lamp
that lights its own sensor), `harvest` (daylight), `presence`, `volume` (class by traffic),
`override` (a person's hand) and `energy`. `edgekit.systems.street_light` puts them together.
"""
