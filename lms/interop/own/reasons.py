"""Why a course in our own format is not taken. Each names the file, the line and the field where there is one."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class OwnReason(Reason):
    """`flaw_reason` gives the one for a Flaw of lms.courses.rules.fields."""

    NO_COURSE = (
        "course_file.no_course",
        422,
        N_("There is no course.yaml in %(name)s."),
        N_("A course of ours has a file course.yaml at its top, or in the one folder at its top."),
    )
    FORMAT = ("course_file.format", 422, N_("%(file)s, line %(line)s: this is format %(value)s; we read format 1."))
    NOT_UTF8 = (
        "course_file.not_utf8",
        422,
        N_("%(file)s, line %(line)s: these bytes are not UTF-8."),
        N_("Save the file as UTF-8."),
    )
    TOO_LONG = ("course_file.too_long", 413, N_("%(file)s is longer than %(limit)s MB of text."))
    YAML = ("course_file.yaml", 422, N_("%(file)s, line %(line)s: this is not YAML that we can read: %(problem)s."))
    ALIAS = (
        "course_file.alias",
        422,
        N_("%(file)s, line %(line)s: anchors and aliases (& and *) are not taken."),
        N_("Write the value out."),
    )
    TAG = ("course_file.tag", 422, N_("%(file)s, line %(line)s: the tag %(value)s is not taken."))
    SECOND_DOCUMENT = (
        "course_file.second_document",
        422,
        N_("%(file)s, line %(line)s: a second document begins here; one file holds one."),
    )
    FIELD_TWICE = (
        "course_file.field_twice",
        422,
        N_("%(file)s, line %(line)s: the field %(field)s stands here twice."),
    )
    NO_HEAD = (
        "course_file.no_head",
        422,
        N_("%(file)s: a page begins with a head between two lines of ---."),
        N_("Begin it with ---, then key and title, then --- again."),
    )
    OPEN_BLOCK = (
        "course_file.open_block",
        422,
        N_("%(file)s, line %(line)s: the block :::%(block)s has no end (:::)."),
    )
    STRAY_END = (
        "course_file.stray_end",
        422,
        N_("%(file)s, line %(line)s: here a block ends (:::) that did not begin."),
        N_("Write \\::: for a line of text that begins with three colons."),
    )
    UNKNOWN_BLOCK = (
        "course_file.unknown_block",
        422,
        N_("%(file)s, line %(line)s: there is no block :::%(block)s; there are %(allowed)s."),
    )
    ATTRIBUTES = (
        "course_file.attributes",
        422,
        N_("%(file)s, line %(line)s: we can't read %(value)s; write name=value, with quotes around what has spaces."),
    )
    UNKNOWN_KIND = (
        "course_file.unknown_kind",
        422,
        N_("%(file)s, line %(line)s: we can't tell what kind of activity %(value)s is."),
        N_("Names end in .md, .quiz.yaml, .video.yaml, .file.yaml or .link.yaml."),
    )
    NO_FILE = ("course_file.no_file", 422, N_("%(file)s, line %(line)s: the course has no file %(value)s."))
    USED_TWICE = ("course_file.used_twice", 422, N_("%(file)s, line %(line)s: %(value)s stands in the course twice."))
    KEY_TWICE = (
        "course_file.key_twice",
        422,
        N_("%(file)s, line %(line)s: the key %(value)s is also that of %(other)s."),
        N_("Every activity of a course needs a key of its own."),
    )
    SVG = ("course_file.svg", 422, N_("%(file)s is not an SVG picture that we can make safe: %(problem)s."))
    CONFLICT = ("course_file.conflict", 409, N_("Two different files of this course are called %(value)s."))

    UNKNOWN_FIELD = ("course_file.unknown_field", 422, N_("%(file)s, line %(line)s: there is no field %(field)s here."))
    MISSING = ("course_file.missing", 422, N_("%(file)s, line %(line)s: the field %(field)s is missing."))
    NOT_FIELDS = (
        "course_file.not_fields",
        422,
        N_("%(file)s, line %(line)s: %(field)s must hold fields (name: value)."),
    )
    NOT_A_LIST = ("course_file.not_a_list", 422, N_("%(file)s, line %(line)s: %(field)s must be a list."))
    NOT_TEXT = (
        "course_file.not_text",
        422,
        N_("%(file)s, line %(line)s: %(field)s must be text."),
        N_("Put words such as true or null in quotes."),
    )
    NOT_A_NUMBER = ("course_file.not_a_number", 422, N_("%(file)s, line %(line)s: %(field)s must be a number."))
    NOT_A_FLAG = ("course_file.not_a_flag", 422, N_("%(file)s, line %(line)s: %(field)s must be true or false."))
    NOT_A_KEY = (
        "course_file.not_a_key",
        422,
        N_("%(file)s, line %(line)s: “%(value)s” can't be a key (%(field)s)."),
        N_("Use letters without accents, digits, hyphens, dots and underscores; a course's key in small letters."),
    )
    NOT_A_LANGUAGE = (
        "course_file.not_a_language",
        422,
        N_("%(file)s, line %(line)s: “%(value)s” is not a language; write en, de or pt-BR."),
    )
    NOT_AN_ADDRESS = (
        "course_file.not_an_address",
        422,
        N_("%(file)s, line %(line)s: “%(value)s” is not a web address; it must begin with https:// or http://."),
    )
    NOT_A_TIME = (
        "course_file.not_a_time",
        422,
        N_("%(file)s, line %(line)s: “%(value)s” is not a date; write 2026-05-01 or 2026-05-01T08:00+02:00."),
    )
    NOT_A_PATH = (
        "course_file.not_a_path",
        422,
        N_("%(file)s, line %(line)s: “%(value)s” is not a path from the course's root."),
    )
    NOT_ALLOWED = (
        "course_file.not_allowed",
        422,
        N_("%(file)s, line %(line)s: %(field)s can't be “%(value)s”; it is one of: %(allowed)s."),
    )
    OUT_OF_RANGE = (
        "course_file.out_of_range",
        422,
        N_("%(file)s, line %(line)s: %(field)s must be between %(low)s and %(high)s."),
    )
    EMPTY = ("course_file.empty", 422, N_("%(file)s, line %(line)s: %(field)s must not be empty."))
    TWICE = ("course_file.twice", 422, N_("%(file)s, line %(line)s: %(value)s stands here twice (%(field)s)."))
    TOO_DEEP = (
        "course_file.too_deep",
        422,
        N_("%(file)s, line %(line)s: %(field)s is nested more than %(limit)s levels deep."),
    )
    UNKNOWN_NAME = (
        "course_file.unknown_name",
        422,
        N_("%(file)s, line %(line)s: %(field)s names “%(value)s”, which is not there."),
    )
    MARKERS = (
        "course_file.markers",
        422,
        N_("%(file)s, line %(line)s: the text must hold each of %(names)s exactly once, and no other."),
    )
    NOTHING_RIGHT = (
        "course_file.nothing_right",
        422,
        N_("%(file)s, line %(line)s: no option is marked as right."),
        N_("Add right: true to the right option."),
    )
