"""Why work is due, late or done, and why something can't be assigned or packed."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class ComplianceReason(Reason):
    LATE = (
        "compliance.late",
        409,
        N_("Late: due on %(due_on)s, %(done)s of %(total)s steps done, last step on %(last_on)s."),
        N_("Go on with the course, or ask for another date."),
    )
    LATE_NOT_BEGUN = (
        "compliance.late_not_begun",
        409,
        N_("Late: due on %(due_on)s, and not begun."),
        N_("Begin the course, or ask for another date."),
    )
    DUE = (
        "compliance.due",
        409,
        N_("Due on %(due_on)s: %(done)s of %(total)s steps done, last step on %(last_on)s."),
    )
    DUE_NOT_BEGUN = ("compliance.due_not_begun", 409, N_("Due on %(due_on)s, and not begun."))
    LATE_INVITED = (
        "compliance.late_invited",
        409,
        N_("Late: due on %(due_on)s. The invitation is not accepted, so there is no progress to see."),
    )
    DUE_INVITED = (
        "compliance.due_invited",
        409,
        N_("Due on %(due_on)s. The invitation is not accepted, so there is no progress to see."),
    )
    DONE = ("compliance.done", 409, N_("Done on %(done_on)s. It was due on %(due_on)s."))
    DONE_LATE = ("compliance.done_late", 409, N_("Done late: on %(done_on)s. It was due on %(due_on)s."))
    DONE_BEFORE = ("compliance.done_before", 409, N_("Done on %(done_on)s, before it was assigned."))

    UNKNOWN = (
        "compliance.assignment_unknown",
        404,
        N_("There is no such assignment here."),
        N_("Look at the list of assignments."),
    )
    DUE_MISSING = (
        "compliance.due_missing",
        422,
        N_("Say until when: either a day, or a number of days from 1 to 3650."),
        N_("Fill in one of the two."),
    )
    NOBODY = (
        "compliance.nobody_chosen",
        422,
        N_("Nobody was chosen."),
        N_("Choose at least one person, or all that match."),
    )
    FOREIGN_PEOPLE = (
        "compliance.people_unknown",
        422,
        N_("%(count)s of the people chosen are not among those whom you may see."),
        N_("Load the list of people again and choose once more."),
    )
    AUDIENCE = (
        "compliance.audience_unknown",
        422,
        N_("Say whom you mean: the whole organisation, one of its teams, or some of its people."),
    )
    WITHDRAWN = ("compliance.assignment_withdrawn", 409, N_("This assignment was withdrawn."))

    PACK_UNKNOWN = (
        "compliance.pack_unknown",
        404,
        N_("There is no such pack of certificates, or it is not yours to see."),
        N_("Ask for a new one from the list of people."),
    )
    PACK_COMING = (
        "compliance.pack_coming",
        409,
        N_("The pack is not ready yet."),
        N_("Look again in a moment."),
    )
    PACK_DELETED = (
        "compliance.pack_deleted",
        409,
        N_("This pack was deleted: we keep packs for %(days)s days, and none that holds the data of an erased person."),
        N_("Ask for a new one from the list of people."),
    )
    PACK_TOO_LARGE = (
        "compliance.pack_too_large",
        422,
        N_("A pack holds %(most)s people at most, and %(count)s were chosen."),
        N_("Choose fewer: by team or by course."),
    )

    MISSING_HELD = ("compliance.missing_held", 409, N_("The certificate is held: a person must look at it."))
    MISSING_COMING = ("compliance.missing_coming", 409, N_("The document is being made."))
    MISSING_COURSE = ("compliance.missing_not_completed", 409, N_("The course is not completed: %(percent)s %%."))
    MISSING_NONE = ("compliance.missing_none", 409, N_("The course gives no certificate."))
    MISSING_ENROLMENT = ("compliance.missing_not_enrolled", 409, N_("Not enrolled in a course that you may see."))
    MISSING_ERASED = (
        "compliance.missing_erased",
        409,
        N_("The holder's data were erased, and with them the document."),
    )
    MISSING_FILE = ("compliance.missing_file", 409, N_("The stored document is missing. Tell an administrator."))
    MISSING_CHANGED = (
        "compliance.missing_changed",
        409,
        N_("The stored document is not the one that was issued. Tell an administrator."),
    )
