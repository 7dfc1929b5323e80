"""Who allowed this sensor, for what and until when."""
