"""`manage.py` commands that belong to no single room."""
