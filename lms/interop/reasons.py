"""Why a course is not imported or exported; what is wrong inside a file is said by its format's own reasons."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class ImportReason(Reason):
    NOT_YET = (
        "import.format_not_read_yet",
        415,
        N_("%(name)s is %(format)s. We do not read this format yet."),
        N_("Send a course in our own format (a folder or zip with course.yaml) or an Open edX export (.tar.gz)."),
    )
    UNKNOWN = (
        "import.format_unknown",
        415,
        N_("%(name)s holds no course that we know."),
        N_("Send a course in our own format (a folder or zip with course.yaml) or an Open edX export (.tar.gz)."),
    )
    NOT_SOUND = (
        "import.not_sound",
        422,
        N_("%(name)s can't be taken over: %(field)s of a course read from it is not right (%(flaw)s)."),
        N_("This is a fault of ours: tell us, with the file."),
    )
    DRAFT_CHANGED = (
        "import.draft_changed",
        409,
        N_("The draft was changed after you looked at what the import would do, so nothing was imported."),
        N_("Import the file again, and look at what it does now."),
    )
    NOTHING_TO_CONFIRM = (
        "import.nothing_to_confirm",
        409,
        N_("This import waits for no answer."),
        N_("Import the file again."),
    )
    NO_FILE_SENT = ("import.no_file_sent", 422, N_("No file was sent."), N_("Choose the file of a course."))
