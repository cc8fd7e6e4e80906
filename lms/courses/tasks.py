"""Background work: what authors left behind is tidied away."""

from __future__ import annotations

from lms.core.jobs.regular import regular_job
from lms.core.jobs.services import JobContext
from lms.courses.services.pruning import AT_ONCE, prune_bodies, unnamed_bodies

PRUNE = "courses.prune"


@regular_job(PRUNE, each="day")
def run_prune(job: JobContext) -> dict[str, int]:
    """Looks first, without holding anybody up; then each portion is committed for itself."""
    digests = unnamed_bodies(job.at)
    job.progress(0, len(digests))
    for start in range(0, len(digests), AT_ONCE):
        prune_bodies(digests[start : start + AT_ONCE], job.at)
        job.progress(min(start + AT_ONCE, len(digests)), len(digests))
    return {"deleted": len(digests)}
