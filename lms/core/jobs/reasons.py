"""Why a job can't go on."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class JobReason(Reason):
    CANCELLED = ("job.cancelled", 409, N_("This job was cancelled."), N_("Start it again if you still need it."))
    GAVE_UP = (
        "job.gave_up",
        500,
        N_("This job broke off %(attempts)s times. Our operators can see why."),
        N_("An administrator can start it again."),
    )
    OVER = ("job.over", 409, N_("This job has already ended."))
    NOT_FAILED = ("job.not_failed", 409, N_("Only a job that failed or was cancelled can be started again."))
