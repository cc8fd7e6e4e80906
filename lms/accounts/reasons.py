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
        N_("Wait, then try again. Or choose a new password: without a second step that lets you in at once."),
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


class SecurityReason(Reason):
    """Why a proof of who somebody is was not taken, and why their account is not changed or erased."""

    SECOND_FACTOR_NEEDED = (
        "account.second_factor_needed",
        401,
        N_("The password is right. Signing in to this account takes a second proof."),
        N_("Send a code of your app or a recovery code too."),
    )
    WRONG_CODE = (
        "account.wrong_code",
        401,
        N_("This code is not right, or it was used before."),
        N_("Type the code that your app shows now. A recovery code works once."),
    )
    STEP_OVER = (
        "account.step_over",
        401,
        N_("Too much time has passed since you gave your password."),
        N_("Sign in again."),
    )
    PASSKEY_REFUSED = (
        "account.passkey_refused",
        401,
        N_("This passkey could not be checked, or nobody here knows it."),
        N_("Try again, or sign in with your password."),
    )
    TOO_MANY_CHALLENGES = (
        "account.too_many_challenges",
        429,
        N_("Signing in by passkey was begun very often from your network. It is paused for %(minutes)s minutes."),
        N_("Wait, or sign in with your password."),
    )
    PASSKEY_UNREADABLE = (
        "account.passkey_unreadable",
        422,
        N_("The passkey could not be added: what your device sent could not be checked."),
        N_("Try again, or use another device."),
    )
    PASSKEY_KNOWN = ("account.passkey_known", 409, N_("This passkey was added before."))
    PASSKEYS_NEED_NAME = (
        "account.passkeys_need_name",
        409,
        N_("Browsers keep passkeys only for addresses with a name, and this installation stands at a number."),
        N_("An administrator sets LMS_BASE_URL to an address with a name. Use codes of an app until then."),
    )
    FACTOR_NAME = (
        "account.factor_name",
        422,
        N_("A name needs 1 to 60 characters."),
        N_("Write something by which you will know it again, such as “my phone”."),
    )
    FACTORS_MANY = (
        "account.factors_many",
        409,
        N_("There are %(most)s of this kind already, which is the most we keep."),
        N_("Remove one that you do not use."),
    )
    SETUP_OVER = (
        "account.setup_over",
        409,
        N_("The code to scan was shown too long ago."),
        N_("Begin again: a new code is shown."),
    )
    SETUP_CODE = (
        "account.setup_code",
        422,
        N_("This is not the code that your app shows now."),
        N_("Scan the picture, wait for the next code, and type it. The clock of your phone must be right."),
    )
    PROOF_NEEDED = (
        "account.proof_needed",
        403,
        N_("For this we must know that it is you: prove it again, it counts for %(minutes)s minutes."),
        N_("Give your password again; where your account has a second step, use that. A program gets a new token."),
    )
    ADDRESS_DIFFERS = (
        "account.address_differs",
        422,
        N_("This is not the address of the account."),
        N_("Type the e-mail address of the account exactly, so that nothing is erased by mistake."),
    )
    IS_YOURSELF = (
        "account.is_yourself",
        409,
        N_("This is your own account."),
        N_("Ask another administrator."),
    )
    LAST_ADMINISTRATOR = (
        "account.last_administrator",
        409,
        N_("Nobody else here is an administrator."),
        N_("Give the role to somebody else first."),
    )


class LinkReason(Reason):
    """Why a link of a message does nothing, and why no message is sent."""

    UNKNOWN = (
        "link.unknown",
        404,
        N_("This link does nothing here: it is not whole, or it is long over."),
        N_("Copy the whole address from the message, or ask for a new link."),
    )
    EXPIRED = (
        "link.expired",
        409,
        N_("This link worked until %(date)s."),
        N_("Ask for a new link: it comes by e-mail."),
    )
    USED = (
        "link.used",
        409,
        N_("This link was used on %(date)s. It works once."),
        N_("What it was for is done. Ask for a new link if you need one."),
    )
    OTHER_PERSON = (
        "link.other_person",
        409,
        N_("This link belongs to another account than the one with which you are signed in."),
        N_("Sign out here first, then open the link again."),
    )
    NAME_NEEDED = ("link.name_needed", 422, N_("To make your account we need your name."), N_("Send a name too."))
    PASSWORD_NEEDED = (
        "link.password_needed",
        422,
        N_("A password has to be chosen for this."),
        N_("Send a password too."),
    )
    TOO_MANY_MAILS = (
        "account.too_many_mails",
        429,
        N_("Several messages were asked for already. The next one can be sent in %(minutes)s minutes."),
        N_("Look into your inbox, and among unwanted mail: an earlier message works as well."),
    )
    BY_INVITATION = (
        "account.by_invitation",
        403,
        N_("Accounts here are made by invitation."),
        N_("Ask your employer or school to invite you. Its message holds a link that makes your account."),
    )
    ADDRESS_SAME = ("account.address_same", 422, N_("This is your address already."), N_("Type the new address."))
