"""Why somebody can't sign in or be added."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class AccountReason(Reason):
    WRONG_PASSWORD = (
        "account.wrong_password",
        401,
        N_("The e-mail address or the password is not right."),
        N_("Try once more, slowly. Capital letters count."),
    )
    TOO_MANY_FAILURES = (
        "account.too_many_failures",
        429,
        N_("There were too many wrong passwords. For your safety, signing in is paused for %(minutes)s minutes."),
        N_("Wait, then try again."),
    )
    EMAIL_TAKEN = (
        "account.email_taken",
        409,
        N_("Somebody with this e-mail address is here already."),
        N_("Use another address."),
    )
    EMAIL_INVALID = (
        "account.email_invalid",
        422,
        N_("This is not an e-mail address."),
        N_("Write it like name@example.org."),
    )
    NAME_INVALID = (
        "account.name_invalid",
        422,
        N_("A name needs 1 to 200 characters and no control characters."),
        N_("Write the name as it shall stand on certificates."),
    )
    PASSWORD_SHORT = (
        "account.password_short",
        422,
        N_("A password needs %(least)s to %(most)s characters."),
        N_("Three or four words that do not belong together are easy to keep in mind."),
    )
    ROLE_UNKNOWN = ("account.role_unknown", 422, N_("There is no role “%(role)s”. Roles: %(roles)s."))
    SCOPE_MISSING = ("account.scope_missing", 422, N_("The role “%(role)s” needs a %(scope)s."))
    SCOPE_UNFIT = (
        "account.scope_unfit",
        422,
        N_("The role “%(role)s” is not held on one course."),
        N_("Leave the course out, or take the role teacher."),
    )
    PERSON_UNKNOWN = ("account.person_unknown", 404, N_("Nobody here has this e-mail address."))
