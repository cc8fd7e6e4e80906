"""What the page of a job shows that puts many people on a course."""

from __future__ import annotations

import uuid
from typing import Any

from lms.core.i18n import _, ngettext
from lms.core.jobs.models import Job
from lms.core.jobs.pages import shows
from lms.courses.queries import find_published
from lms.learning.queries import ENROL_JOB
from lms.organisations.services import organisation_of


@shows(ENROL_JOB)
def shown(job: Job) -> dict[str, Any]:
    organisation = organisation_of(uuid.UUID(job.payload["organisation"]))
    course = find_published(job.payload["course"])
    back = f"/organisations/{organisation.slug}/people"
    more: dict[str, Any] = {"title": _("People are enrolled in “%(course)s”", course=course.title), "back_url": back}
    if job.result:
        more["message"] = ngettext("%(num)s person is enrolled", "%(num)s people are enrolled", job.result["new"])
        more |= {"result_url": f"{back}?course={course.slug}", "result_text": _("See where they stand")}
    return more
