"""The sheet to print: white paper with every black cell on it, once."""

from xml.etree import ElementTree as ET

from edgekit.consent.marker import SQUARES, black_cells, marker_svg, places


def test_the_four_squares_stand_in_reading_order() -> None:
    assert places() == dict(zip(SQUARES, ((0, 0), (10, 0), (0, 10), (10, 10)), strict=True))


def test_a_square_is_its_cells_in_a_black_border() -> None:
    black = list(black_cells())
    assert len(black) == len({*black})
    for number, (left, top) in places().items():
        for y in range(8):
            row = [(left + x, top + y) in black for x in range(8)]
            if y in (0, 7):
                assert all(row)
                continue
            bits = f"{SQUARES[number]:036b}"[6 * (y - 1) : 6 * y]
            assert row == [True, *(bit == "0" for bit in bits), True]


def test_it_is_printed_as_large_as_is_said_with_a_white_margin() -> None:
    for svg, width in ((marker_svg(), "120mm"), (marker_svg(80), "80mm")):
        root = ET.fromstring(svg)
        assert root.attrib == {
            "width": width,
            "height": width,
            "viewBox": "-2 -2 22 22",
            "shape-rendering": "crispEdges",
        }
        paper, squares = (one.attrib for one in root)
        assert paper == {"d": "M-2 -2h22v22h-22z", "fill": "#fff"}
        assert squares == {
            "d": "".join(f"M{x} {y}h1v1h-1z" for x, y in black_cells()),
            "fill": "#000",
        }
        assert svg.endswith("</svg>\n")


def test_what_it_is_for_stands_below_it_a_line_a_language_as_wide_as_the_marker() -> None:
    said = ("Hold this up: counting stops.", "Hochhalten & warten: <Zählen> hält an, " * 3)
    root = ET.fromstring(marker_svg(said=said))
    lines = [one for one in root if one.tag.endswith("text")]
    assert [one.text for one in lines] == list(said)
    first, second = (float(one.attrib["y"]) for one in lines)
    size = float(lines[0].attrib["font-size"])
    assert {one.attrib["font-size"] for one in lines} == {lines[0].attrib["font-size"]}
    assert second - first > size
    bottom = float(root.attrib["viewBox"].split()[3]) - 2
    assert second < bottom
    longer = ET.fromstring(marker_svg(said=(said[0],)))
    (alone,) = (one for one in longer if one.tag.endswith("text"))
    assert float(alone.attrib["font-size"]) > size
