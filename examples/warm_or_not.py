from edgekit.systems.temperature import Settings, Shot, begin, step

state = begin(Settings(warm_up_ms=0))
for second, (face_c, black_body_c) in enumerate(
    [(36.9, 35.1), (36.8, 35.1), (None, 35.1), (35, 35.4)]
):
    shot = Shot(t_ms=second * 1000, face_c=face_c, reference_c=black_body_c)
    state, decisions = step(state, shot)
    for decision in decisions:
        print(decision.reason)
