"""Why an installation can't be kept, put back or administered so."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class BackupReason(Reason):
    NO_TABLES = (
        "backup.no_tables",
        409,
        N_("The database has no tables yet, so there is nothing to keep."),
        N_("Make them with: lms db upgrade"),
    )
    UNWRITABLE = (
        "backup.unwritable",
        409,
        N_("The folder “%(folder)s” can't be used: %(why)s."),
        N_("Choose a folder with room in which you may write."),
    )
    BUSY = (
        "backup.busy",
        409,
        N_("Another backup is being written into “%(folder)s”."),
        N_("Wait until it has ended, or choose another folder."),
    )
    NONE = (
        "backup.none",
        404,
        N_("There is no whole backup of this name in “%(folder)s”."),
        N_("Make one with: lms backup"),
    )
    DAMAGED = (
        "backup.damaged",
        409,
        N_("The part “%(part)s” of this backup is not as it was written."),
        N_("Take another backup. Nothing was changed."),
    )
    LATER = (
        "backup.later",
        409,
        N_("This backup is of a later release: its tables stand at “%(revision)s”."),
        N_("Install that release first, then restore."),
    )
    NOT_EMPTY = (
        "backup.not_empty",
        409,
        N_("This installation already holds people or courses."),
        N_("To lose all of it and put the backup in its place: lms restore --replace"),
    )
    UNEQUAL = (
        "backup.unequal",
        409,
        N_("What was written into “%(table)s” is not what the backup holds."),
        N_("Nothing was changed. Tell us, with the versions of the program and of the database."),
    )
    DANGLING = (
        "backup.dangling",
        409,
        N_("Rows of “%(table)s” point to rows that the backup does not hold."),
        N_("Take another backup. Nothing was changed."),
    )
