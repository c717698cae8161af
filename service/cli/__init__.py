"""The command `reservpost`, one verb a file; app.py puts them together."""
