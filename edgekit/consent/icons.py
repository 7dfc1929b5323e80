"""Icons of our own, drawn in a square of 24 by 24 with the pen of whoever draws them."""

CAMERA = (
    '<path d="M2 8h11l1.5 2v6L13 18H2z" fill="none" stroke-width="1.8" stroke-linejoin="round"/>'
    '<circle cx="8" cy="13" r="2.6" fill="none" stroke-width="1.8"/>'
    '<path d="M15 11l7-3v10l-7-3" fill="none" stroke-width="1.8" stroke-linejoin="round"/>'
)
BARS = (
    '<path d="M3 21h18" fill="none" stroke-width="1.8" stroke-linecap="round"/>'
    '<path d="M6 17v-5M12 17V5M18 17V9" fill="none" stroke-width="3.2" stroke-linecap="round"/>'
)
HOUSE = (
    '<path d="M3 11l9-7 9 7M5.5 10v11h13V10" fill="none" stroke-width="1.8"'
    ' stroke-linejoin="round" stroke-linecap="round"/>'
    '<path d="M10 21v-6h4v6" fill="none" stroke-width="1.8" stroke-linejoin="round"/>'
)
ONLY_NUMBERS = (
    '<path d="M12 4H3v16h9" fill="none" stroke-width="1.8" stroke-linejoin="round"'
    ' stroke-linecap="round"/>'
    '<path d="M9 12h12M17 8l4 4-4 4" fill="none" stroke-width="1.8" stroke-linejoin="round"'
    ' stroke-linecap="round"/>'
)
STAYS = (
    '<path d="M3 4h18v16H3z" fill="none" stroke-width="1.8" stroke-linejoin="round"/>'
    '<path d="M8 15v-2M12 15V9M16 15v-4" fill="none" stroke-width="1.8" stroke-linecap="round"/>'
)
WARMTH = (
    '<path d="M3 3h18v18H3z" fill="none" stroke-width="1.8" stroke-linejoin="round"/>'
    '<path d="M3 9h18M3 15h18M9 3v18M15 3v18" fill="none" stroke-width="1.1"/>'
    '<path d="M12 10.6v2.8M10.6 12h2.8" fill="none" stroke-width="3.6" stroke-linecap="round"/>'
)
MICROPHONE = (
    '<path d="M9 6a3 3 0 0 1 6 0v5a3 3 0 0 1-6 0z" fill="none" stroke-width="1.8"/>'
    '<path d="M5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21M8.5 21h7" fill="none" stroke-width="1.8"'
    ' stroke-linecap="round"/>'
)
GAUGE = (
    '<path d="M3 18a9 9 0 1 1 18 0" fill="none" stroke-width="1.8" stroke-linecap="round"/>'
    '<path d="M12 18l5-7" fill="none" stroke-width="1.8" stroke-linecap="round"/>'
    '<circle cx="12" cy="18" r="1.6" fill="none" stroke-width="1.8"/>'
)
