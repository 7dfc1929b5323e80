"""The catalogue: what it holds, and what it may never hold."""

import re

import pytest

from edgekit.errors import ConsentError, ModelError, ProhibitedPractice
from edgekit.models.catalog import ALLOWED_OUTPUTS, PROHIBITED_OUTPUTS, load_catalog

ENTRY = """
[[model]]
name = "one"
decoder = "yunet"
source = "somewhere"
fetch = "https://example.org/one.onnx"
sha256 = "{sha}"
bytes = 10
licence = "MIT"
input = "BGR"
outputs = ["boxes"]
meaning = "where faces are"
classes = ["face"]
""".format(sha="a" * 64)


def test_the_known_models_are_there_by_hash() -> None:
    catalog = load_catalog()
    assert {name: entry.sha256[:8] for name, entry in catalog.items()} == {
        "centerface": "09189dea",
        "yunet_2023mar": "8f2383e4",
        "yunet_n_dynamic": "104ee26c",
        "yunet_s_dynamic": "daede240",
        "ultralight_rfb320": "faf6740b",
        "ultralight_slim320": "e9adbd0f",
        "face_landmark": "1055cb9d",
        "nanodet_2022nov": "4b82da99",
        "lpd_yunet_2023mar": "6d4978a7",
        "yolox_s_2022nov": "c5c2d13e",
        "yolox_nano_416": "e8af0749",
        "picodet_s_320": "d7852a15",
    }
    assert all(ALLOWED_OUTPUTS.issuperset(entry.outputs) for entry in catalog.values())


def test_an_unknown_name_is_told_the_nearest() -> None:
    with pytest.raises(ModelError) as caught:
        load_catalog()["nanodet_2022"]
    assert caught.value.hint == "did you mean 'nanodet_2022nov'?"
    with pytest.raises(ModelError) as caught:
        load_catalog()["zzz"]
    assert "centerface" in str(caught.value.hint)


@pytest.mark.parametrize("output", sorted(PROHIBITED_OUTPUTS))
def test_outputs_about_who_somebody_is_are_a_prohibited_practice(output: str) -> None:
    with pytest.raises(ProhibitedPractice, match=output) as caught:
        load_catalog(ENTRY.replace('["boxes"]', f'["boxes", "{output}"]'))
    assert isinstance(caught.value, ConsentError)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["boxes"]', "[]"),
        ('["boxes"]', '["poses"]'),
        ('["boxes"]', "[1]"),
        ('["boxes"]', '"boxes"'),
        ("a" * 64, "a" * 63),
        ("a" * 64, "A" * 64),
        ("bytes = 10", "bytes = 0"),
        ("bytes = 10", "bytes = true"),
        ("bytes = 10", 'bytes = "10"'),
        ('licence = "MIT"', 'licence = ""'),
        ('licence = "MIT"', ""),
        ('input = "BGR"', 'input = ""'),
        ('meaning = "where faces are"', 'meaning = ""'),
        ("https://", "http://"),
        ("https://example.org/one.onnx", "wheel one"),
        ("https://example.org/one.onnx", "wheel one==1.0 a b"),
        ("https://example.org/one.onnx", "wheel --pre==1 a"),
        ('licence = "MIT"', 'licence = "MIT"\nextra = 1'),
        ("[[model]]", "[model]"),
        ("[[model]]", "version = 1\n[[model]]"),
        ("[[model]]", "[[model"),
    ],
)
def test_a_malformed_catalogue_is_refused(old: str, new: str) -> None:
    assert load_catalog(ENTRY)["one"].bytes == 10
    with pytest.raises(ModelError):
        load_catalog(re.sub(re.escape(old), new, ENTRY, count=1))


def test_two_models_of_one_name_and_none_at_all_are_refused() -> None:
    for text in (ENTRY + ENTRY, ""):
        with pytest.raises(ModelError):
            load_catalog(text)
