"""Why there is no certificate, none yet, or none that counts."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class CredentialReason(Reason):
    UNKNOWN = (
        "credentials.unknown",
        404,
        N_("We know no certificate with this number."),
        N_("Compare it with the paper, sign by sign. Letters O, I and L count as the digits 0 and 1."),
    )
    COMING = (
        "credentials.document_coming",
        409,
        N_("The document is being made."),
        N_("It is there within seconds as a rule. Look again in a moment."),
    )
    NAME_EMPTY = (
        "credentials.name_empty",
        409,
        N_("The certificate is held: there is no name to print."),
        N_("Ask an administrator to put your name right."),
    )
    GLYPH_MISSING = (
        "credentials.glyph_missing",
        409,
        N_("The certificate is held: no font here has %(characters)s (%(scripts)s), and we print no boxes."),
        N_("An administrator installs a font for it and tries again. Nothing of yours is lost."),
    )
    ELEMENT_MISSING = (
        "credentials.element_missing",
        409,
        N_("The certificate is held: a micro-credential must also tell %(elements)s."),
        N_("The course's author has to add it and publish again."),
    )
    DRAWING_FAILED = (
        "credentials.drawing_failed",
        409,
        N_("The certificate is held: the document could not be drawn as it must be."),
        N_("An administrator can see why and try again. Nothing of yours is lost."),
    )
    NO_ADDRESS = (
        "credentials.no_address",
        409,
        N_("The certificate is held: this installation has no public address to print on it."),
        N_("An administrator sets LMS_BASE_URL and starts the worker again."),
    )
    ERASED = (
        "credentials.erased",
        409,
        N_("The holder's data were erased, and with them our copy of the document."),
        N_("Whoever has the document can still have it checked."),
    )
    EXPIRED = (
        "credentials.expired",
        409,
        N_("The certificate has run out."),
        N_("Take the course again to renew it."),
    )
    SUPERSEDED = (
        "credentials.superseded",
        409,
        N_("A newer certificate has taken its place."),
        N_("Use the newer one."),
    )
    REVOKED = (
        "credentials.revoked",
        409,
        N_("The issuer withdrew the certificate: %(words)s"),
        N_("Do not rely on it. Ask the holder for a newer one, or the issuer."),
    )
    ALREADY_REVOKED = ("credentials.already_revoked", 409, N_("This certificate was withdrawn before."))
    REASON_MISSING = (
        "credentials.reason_missing",
        422,
        N_("Say in 3 to 500 characters why it is withdrawn: everybody who checks it will read that."),
        N_("Write the reason without names of people."),
    )
    NOT_GENUINE = (
        "credentials.not_genuine",
        409,
        N_("This file is not, byte for byte, a document that was issued here."),
        N_("It was changed, printed anew, or comes from elsewhere. Check its number instead."),
    )
    FILE_MISSING = (
        "credentials.file_missing",
        422,
        N_("No file came with it."),
        N_("Choose the PDF and send it again."),
    )
