"""Use cases of learning: enrol, be somewhere, do something, report an outcome; the projection kept true."""

from lms.learning.services.enrolling import enrol_learner
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
    "OpenActivity",
    "differences_of_projections",
    "effect_of_move",
    "enrol_learner",
    "move_learner",
    "open_activity",
    "rebuild_projection",
    "record_event",
    "record_outcome",
    "record_practice",
    "view_activity",
]
