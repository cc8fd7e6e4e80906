"""Tables of accounts, by what they are about."""

from lms.accounts.models.factors import Challenge, Passkey, RecoveryCode, SignInStep, TotpFactor
from lms.accounts.models.links import Link, MailRequest
from lms.accounts.models.people import ApiToken, Person, RoleGrant, SignIn, SignInFailure
from lms.accounts.models.privacy import DataExport

__all__ = [
    "ApiToken",
    "Challenge",
    "DataExport",
    "Link",
    "MailRequest",
    "Passkey",
    "Person",
    "RecoveryCode",
    "RoleGrant",
    "SignIn",
    "SignInFailure",
    "SignInStep",
    "TotpFactor",
]
