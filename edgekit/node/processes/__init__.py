"""Processes as their supervisor has them: started clean, watched, restarted with patience."""
