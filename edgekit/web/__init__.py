"""Room for the status page: an app that is handed what to show."""
