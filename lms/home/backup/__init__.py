"""Backup and restore: rows and files in a format that no kind of database owns (docs/decisions)."""

from lms.home.backup.restoring import Restored, restore_backup
from lms.home.backup.taking import take_backup

__all__ = ["Restored", "restore_backup", "take_backup"]
