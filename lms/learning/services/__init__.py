"""Use cases of learning: enrol, be somewhere, do something, report an outcome; the projection kept true."""

from lms.learning.services.enrolling import Enrolled, effect_of_enrolling, enrol_learner, enrol_people
from lms.learning.services.leaving import end_on_leaving, take_name_off, withdraw_enrolment
from lms.learning.services.moving import effect_of_move, move_learner
from lms.learning.services.progress import (
    OpenActivity,
    open_activity,
    record_event,
    record_outcome,
    record_practice,
    view_activity,
)
from lms.learning.services.projecting import differences_of_projections, rebuild_projection

__all__ = [
    "Enrolled",
    "OpenActivity",
    "differences_of_projections",
    "effect_of_enrolling",
    "effect_of_move",
    "end_on_leaving",
    "enrol_learner",
    "enrol_people",
    "move_learner",
    "open_activity",
    "rebuild_projection",
    "record_event",
    "record_outcome",
    "record_practice",
    "take_name_off",
    "view_activity",
    "withdraw_enrolment",
]
