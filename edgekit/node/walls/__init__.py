"""The walls around each process: which ones stand, who looks at them, who attacks them."""
