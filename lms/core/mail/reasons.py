"""Why a message did not go out."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class MailReason(Reason):
    NOT_SET_UP = (
        "mail.not_set_up",
        503,
        N_("This needs an e-mail to you, and this installation can't send e-mail yet."),
        N_("Tell its operator: LMS_MAIL_URL is not set. Nothing was changed."),
    )
    UNREACHABLE = (
        "mail.unreachable",
        503,
        N_("The mail server does not answer as it should (%(fault)s)."),
        N_("Check LMS_MAIL_URL and the server; what waits is sent by itself as soon as it answers."),
    )
    SENDER_REFUSED = (
        "mail.sender_refused",
        503,
        N_("The mail server does not let us send (%(code)s)."),
        N_("Check LMS_MAIL_FROM, and the name and password in LMS_MAIL_URL."),
    )
    REFUSED_FOR_NOW = (
        "mail.refused_for_now",
        503,
        N_("The mail server asks us to come back later (%(code)s)."),
    )
    REFUSED = (
        "mail.refused",
        422,
        N_("The mail server refuses this address (%(code)s)."),
        N_("Ask the person for another address."),
    )
    NOBODY = ("mail.nobody", 404, N_("The person has no account any more, or is disabled."))
    OVER = (
        "mail.over",
        409,
        N_("This message has been sent, or has failed for good: what was in it was deleted then."),
        N_("Ask the person to start again, or send a new invitation."),
    )
    RESTORED = (
        "mail.restored",
        409,
        N_("This message waited when the backup was made that was put back later. It was not sent again."),
        N_("Ask the person to start again, or send a new invitation."),
    )
    BROKEN = (
        "mail.broken",
        500,
        N_("This message could not be written. Our operators can see why."),
    )
    GAVE_UP = (
        "mail.gave_up",
        503,
        N_("The message could not be sent in %(tries)s tries. The last one failed because of “%(last)s”."),
    )
