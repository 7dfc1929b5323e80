"""Whoever adds a field to what may leave says here what it tells in a public place."""

import dataclasses

import pytest

from edgekit.records import Aggregate, Event

# By whom a field is decided. What depends on people passes the rule of the profile first.
TOLD = {
    Aggregate: {
        "metric": "the authorisation",
        "unit": "the metric",
        "window_start_s": "the grid",
        "window_s": "the authorisation",
        "value": "people, by the rule: 10 or more, rounded to 5; or with noise; or a wide band; "
        "light, rounded",
        "status": "people, by the rule: that there were fewer than 10",
        "reason": "the camera and the node",
        "uptime_percent": "the camera and the node, in steps of 5",
        "quality": "the camera and the place; of a crowd only from 10 on; nothing beside noise",
        "profile": "the authorisation",
        "epsilon_milli": "the authorisation",
        "epsilon_day_milli": "the authorisation",
    },
    Event: {
        "name": "the node; a correction once a day, whatever happened",
        "t_s": "the grid",
        "reason": "the node; of a correction always the same",
        "profile": "the authorisation",
        "digest": "a document",
        "metric": "the authorisation",
        "count": "nothing: it is null in public",
    },
}


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_every_field_that_may_leave_has_been_thought_about(kind: type) -> None:
    assert [field.name for field in dataclasses.fields(kind)] == list(TOLD[kind])
