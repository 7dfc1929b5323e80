"""The status page: an app that is handed what to show, and asks a clerk for what lies in the log.

Everything here gets released and signed things only. Starlette and uvicorn are loaded by `answers`,
`app` and `door` alone (``pip install '.[web]'``), and these by nobody who does not serve it.
"""
