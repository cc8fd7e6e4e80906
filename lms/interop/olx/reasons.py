"""Why an Open edX export is refused whole. All smaller trouble is a row of the ledger (notes.py)."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class OlxReason(Reason):
    """`file` is the path in the archive."""

    NO_COURSE = (
        "olx.no_course",
        422,
        N_("There is no course.xml in %(name)s, so it is not an export of an Open edX course."),
        N_("Export the course in Studio (Tools, Export) and send the .tar.gz that you get."),
    )
    BROKEN_COURSE = (
        "olx.broken_course",
        422,
        N_("%(file)s can not be read (line %(line)s: %(detail)s)."),
        N_("Export the course again, or mend this file."),
    )
    NO_OUTLINE = (
        "olx.no_outline",
        422,
        N_("course.xml points to %(file)s, which is not in the archive."),
        N_("Export the course again, and send the whole archive."),
    )
    EMPTY = ("olx.empty", 422, N_("The course in %(file)s holds no unit."))
    ENTITIES = (
        "olx.entities",
        422,
        N_("%(file)s declares entities of its own. We do not read such files: they can hide an attack."),
        N_("Take the <!ENTITY …> lines out of it."),
    )
    CYCLE = (
        "olx.cycle",
        422,
        N_("%(file)s contains itself, through %(path)s."),
        N_("Take the reference that leads back out of it."),
    )
    TOO_LARGE = ("olx.too_large", 422, N_("The course has more than %(limit)s elements, or nests too deeply."))
