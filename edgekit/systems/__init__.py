"""Room for the city's systems: one pure module each, readings in, decisions out.

    state = begin(Settings())
    state, decisions = step(state, reading)

Every system has this form. States, readings and decisions are frozen; time comes with the readings.
What they share: `vitals` (is a reading to be believed), `register` (meters that count up), `day`,
`decision`, `actuation`, `persistence` (a state survives a restart), `outputs` (what may leave) and
`card` (what a system says about itself).
"""
