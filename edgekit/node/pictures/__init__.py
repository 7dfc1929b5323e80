"""Plans, calibrations and heat maps for whoever installs a camera, before any gate."""
