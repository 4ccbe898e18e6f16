"""Backups: one archive of all rows, files beside it, and the way back."""
