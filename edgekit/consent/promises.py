"""Each sentence of a notice, and the test that shows that it is true.

What the organisation says of itself has none: its purposes, its name and whom to turn to are its
own word, and it has signed it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgekit.consent.notice import Notice
from edgekit.consent.texts import texts_of

_NOBODY = "tests/architecture/test_lattice.py::test_no_outlet_is_handed_anything_about_one_person"
_FORGOTTEN = "tests/perception/test_tracking.py::test_a_pause_of_a_minute_forgets_everybody"
_OF_WHOM = "tests/privacy/test_outflow.py::test_what_leaves_of_a_number_is_by_whom_it_is_about"
_WORDS = "tests/privacy/test_profile_words.py::test_the_words_are_true"
_ENDS = (
    "tests/authority/test_no_frame_without_authority.py"
    "::test_an_undisturbed_node_sees_and_each_end_of_authority_ends_it"
)
_ROOM_A_DAY = (
    "tests/privacy/test_gate_numbers.py"
    "::test_in_public_a_room_has_one_such_event_a_day_whatever_happened"
)
_HOURS = "tests/consent/test_authorisation.py::test_outside_its_hours_it_is_valid_but_closed"
_METRICS = "tests/consent/test_metric.py::test_there_are_no_others"
_NO_OTHER = (
    "tests/node/steward/test_released.py::test_a_system_that_was_not_authorised_does_not_run"
)
_DRIVER = (
    "tests/node/sensing/test_driver_node.py"
    "::test_without_a_yes_no_frame_and_with_it_a_word_and_nothing_that_stays"
)
_PAUSED = "tests/cli/test_pause.py::test_without_a_key_it_is_a_pause_as_of_anybody"
_STAYS = "tests/test_frames.py::test_a_frame_stays_in_its_process"

COUNTED = "tests/privacy/test_gate.py::test_a_channel_exists_only_for_what_is_authorised"
"""For each thing that is counted: what is not on the list has no channel."""

RECIPIENTS = "tests/consent/test_recipient.py::test_a_host_that_is_not_is_refused_in_words"

TESTS: Mapping[str, str] = {
    "sensors": _NO_OTHER,
    "sensors.meters": _NO_OTHER,
    "sensors.thermal_array": _NO_OTHER,
    "pictures.none": _STAYS,
    "pictures.none.thermal_array": _STAYS,
    "pictures.none.meters": "tests/cli/test_systems.py"
    "::test_its_example_gives_the_same_with_a_restart_after_every_reading",
    "pictures.nobody": _FORGOTTEN,
    "pictures.nobody.thermal_array": _FORGOTTEN,
    "pictures.nobody.meters": _NOBODY,
    "pictures.nobody.decides_temperature": _NOBODY,
    "decides.temperature": "tests/node/sensing/test_screening.py"
    "::test_no_temperature_is_in_any_byte_that_leaves",
    "decides.temperature.shows": "tests/node/clerking/test_decisions.py"
    "::test_a_passage_is_counted_and_handed_on_to_the_sign",
    "pictures.nobody.decides_drowsiness": "tests/node/sensing/test_driver_node.py"
    "::test_a_frame_becomes_a_word_and_what_was_known_goes_with_the_eye",
    "decides.drowsiness": "tests/systems/test_drowsiness.py"
    "::test_it_never_says_that_anybody_is_awake",
    "decides.drowsiness.shows": _DRIVER,
    "pictures.covered": "tests/node/test_second_look.py"
    "::test_covers_are_filled_anew_whatever_lies_under_them",
    "sound.none": "tests/systems/test_noise.py::test_no_speech_can_be_in_what_leaves",
    "thermal.none": _METRICS,
    "leaves.local": "tests/consent/test_recipient.py::test_where_nothing_leaves_nobody_is_named",
    "leaves.local.decides_drowsiness": _DRIVER,
    "leaves.made.decides_drowsiness": _DRIVER,
    "leaves.lamp": "tests/systems/test_street_light.py"
    "::test_somebody_gets_full_light_at_once_a_hold_and_a_fade",
    "leaves.numbers": "tests/consent/test_recipient.py::test_it_has_to_be_named_for_every_number",
    "leaves.made": "tests/privacy/test_gate.py"
    "::test_every_window_gives_one_aggregate_for_each_output",
    "leaves.sdc-10-5": "tests/privacy/test_gate.py"
    "::test_small_groups_are_suppressed_and_the_rest_rounded",
    "leaves.sdc-10-5.wait": "tests/privacy/test_gate_numbers.py"
    "::test_a_mean_wait_needs_people_behind_it",
    "leaves.sdc-10-5.room": _ROOM_A_DAY,
    "leaves.dp": "tests/privacy/test_dp.py"
    "::test_adjacent_inputs_are_as_hard_to_tell_as_the_record_says",
    "leaves.bands": "tests/privacy/test_bands.py::test_numbers_of_one_band_leave_as_the_same",
    "leaves.bands.room": _ROOM_A_DAY,
    "leaves.home": _WORDS,
    "leaves.home.wait": "tests/privacy/test_gate_numbers.py"
    "::test_a_queue_that_nobody_left_has_no_mean_and_is_no_gap",
    "leaves.home.room": "tests/privacy/test_gate_numbers.py"
    "::test_at_home_each_correction_is_told_with_its_reason_and_number",
    "leaves.environment": _OF_WHOM,
    "leaves.equipment": _OF_WHOM,
    "leaves.household": _OF_WHOM,
    "leaves.alarms": "tests/privacy/test_gate.py"
    "::test_the_time_of_an_event_is_coarsened_to_the_grid",
    "until.day": _ENDS,
    "until.day.thermal_array": _ENDS,
    "until.day.meters": "tests/privacy/test_gate.py"
    "::test_outside_its_time_an_authorisation_releases_nothing",
    "until.day.decides_drowsiness": _ENDS,
    "until.hours": _HOURS,
    "until.hours.thermal_array": _HOURS,
    "until.hours.meters": _HOURS,
    "until.numbers": "tests/node/keeping/test_retention.py"
    "::test_numbers_go_when_their_time_is_over_and_the_log_verifies",
    "until.numbers.decides_drowsiness": _DRIVER,
    "rights.pause": "tests/perception/test_marker.py"
    "::test_who_holds_it_up_is_seen_at_the_third_look",
    "rights.pause.decides_drowsiness": _PAUSED,
    "rights.ask": _METRICS,
    "rights.ask.meters": _METRICS,
}
"""Of each text that promises something, by its name in the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A sentence as it is told, and the test that shows it; None for the organisation's word."""

    sentence: str
    test: str | None


def promises(notice: Notice) -> Iterator[Promise]:
    """Yield each sentence and point of a notice, in its order, in English."""
    texts = notice.words("en")
    points = {texts["counts"]: COUNTED, texts["leaves"]: RECIPIENTS}
    for section in notice.sections("en"):
        for line in section.lines:
            yield Promise(sentence=line, test=_test_of(line))
        for point in section.points:
            yield Promise(sentence=point, test=points.get(section.title))


def _test_of(line: str) -> str | None:
    return next((TESTS[key] for key, form in _forms() if form.fullmatch(line)), None)


def _forms() -> Iterator[tuple[str, re.Pattern[str]]]:
    texts = texts_of("en")
    for key in TESTS:
        parts = map(re.escape, re.split(r"\{\w+\}", texts[key]))
        yield key, re.compile(".+".join(parts))
