"""The page that verifies a record in a browser, offline: one file, made of two."""

from importlib.resources import files

PLACE = '<script id="core"></script>'


def page() -> bytes:
    """Return the HTML page, with the verifier inside it."""
    verifier = files(__name__).joinpath("verify.js").read_text(encoding="utf-8")
    text = files(__name__).joinpath("verify.html").read_text(encoding="utf-8")
    return text.replace(PLACE, f"<script>\n{verifier}</script>").encode()
