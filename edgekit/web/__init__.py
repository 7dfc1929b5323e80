"""The status page: an app that is handed what to show, and asks a clerk for what lies in the log.

Everything here gets released and signed things only. Starlette and uvicorn are loaded by `app` and
`door` alone (``pip install edgekit[web]``), and by nobody who does not serve the page.
"""
