"""What the ledger says about a course of our own that did not come in exactly as it stands."""

from lms.core.texts import N_
from lms.interop.ledger import Note


class OwnNote(Note):
    FORMULA = ("course_file.formula", N_("We can't draw the formula %(formula)s; it is shown as text."))
    CLEANED = ("course_file.cleaned", N_("Taken out of the picture because it could run or load something: %(parts)s."))
    UNUSED = ("course_file.unused", N_("Nothing in the course shows or links to this file."))
    INNER_LINK = (
        "course_file.inner_link",
        N_("The link to %(path)s is shown as text: the course's own pages are reached by its outline."),
    )
