"""An Open edX course (OLX) as a course of ours. What maps to what stands in docs and in the tests of this folder."""

from collections.abc import Iterator

from lms.core.archives import Tree
from lms.core.reasons import Refused
from lms.courses.rules.documents import outline as checked_outline
from lms.interop.imported import Document, ImportedCourse
from lms.interop.ledger import Ledger
from lms.interop.olx.assets import Assets
from lms.interop.olx.export import Export, open_export, recognises
from lms.interop.olx.facts import note_settings, pass_percent, read_facts
from lms.interop.olx.keys import Keys
from lms.interop.olx.notes import OlxNote
from lms.interop.olx.reasons import OlxReason
from lms.interop.olx.structure import Node, read_structure
from lms.interop.olx.units import UnitReader, hidden, title_of

__all__ = ["read_course", "recognises"]

DEEPEST_MODULE = 3


def read_course(tree: Tree, *, slug: str | None = None) -> ImportedCourse:
    """The course in an export. `slug` wins over org-number-run as its key.

    Raises Refused where there is no course to be read, or where it is an attack. Whatever else is wrong is a row of
    the ledger.
    """
    export = open_export(tree)
    return _CourseReader(export, read_structure(export)).read(slug)


class _CourseReader:
    def __init__(self, export: Export, course: Node) -> None:
        self._export = export
        self._course = course
        self._ledger = Ledger()
        self._assets = Assets(export)
        self._module_keys = Keys()
        self._activity_keys: dict[int, str] = {}
        targets = self._give_keys()
        self._units = UnitReader(export, self._assets, targets, pass_percent(export), self._ledger)

    def read(self, slug: str | None) -> ImportedCourse:
        modules = [module for module in self._modules() if module]
        kinds = {activity["kind"] for module in modules for activity in _activities(module)}
        if not kinds:
            raise Refused(OlxReason.EMPTY, file=self._export.root_file)
        note_settings(self._export, self._course, self._ledger)
        self._note_files()
        outline = checked_outline(
            {"facts": read_facts(self._export, slug, assessed="quiz" in kinds), "modules": modules}
        )
        return ImportedCourse(outline, self._units.bodies, self._assets.files, self._ledger)

    def _modules(self) -> Iterator[Document | None]:
        """Chapters; what stands beside them without one is put in a module named like the course."""
        loose: list[Node] = []
        for node in self._course.children:
            if node.is_chapter or node.is_section:
                yield from self._loose_module(loose)
                loose = []
                yield self._module(node, 1, graded=False)
            else:
                loose.append(node)
        yield from self._loose_module(loose)

    def _loose_module(self, loose: list[Node]) -> Iterator[Document]:
        if not loose:
            return
        key = self._module_keys.key("", loose[0].position, prefix="module")
        title = title_of(self._course)
        activities = [activity for node in loose for activity in self._activity(node, graded=False)]
        yield {"key": key, "title": title, "modules": [], "activities": activities}

    def _module(self, node: Node, depth: int, *, graded: bool) -> Document | None:
        kind = "modules" if node.is_chapter else "sections"
        if node.trouble:
            note, values = node.trouble
            self._ledger.left_out(kind, node.source, note, **values, **node.named)
            return None
        remark = hidden(node)
        if remark:
            self._ledger.approximated(kind, node.source, remark[0], **remark[1], **node.named)
        else:
            self._ledger.imported(kind, node.source)
        graded = _is_graded(node, graded)
        activities, modules = self._inside(node, depth, graded=graded)
        return {
            "key": self._module_keys.key(node.name, node.position, prefix="module"),
            "title": title_of(node),
            "activities": activities,
            "modules": modules,
        }

    def _inside(self, node: Node, depth: int, *, graded: bool) -> tuple[list[Document], list[Document]]:
        activities: list[Document] = []
        modules: list[Document] = []
        for child in node.children:
            if not (child.is_section or child.is_chapter):
                if modules:
                    self._ledger.approximated("detail", f"{child.source} (place)", OlxNote.ORDER, **child.named)
                activities += self._activity(child, graded=graded)
            elif depth < DEEPEST_MODULE:
                inner = self._module(child, depth + 1, graded=graded)
                modules += [inner] if inner else []
            else:
                activities += self._too_deep(child, graded=graded)
        return activities, modules

    def _too_deep(self, section: Node, *, graded: bool) -> list[Document]:
        """The units of a section that would be the fourth level, for the section above it."""
        self._ledger.approximated("sections", section.source, OlxNote.TOO_DEEP, **section.named)
        graded = _is_graded(section, graded)
        activities: list[Document] = []
        for child in section.children:
            is_section = child.is_section or child.is_chapter
            activities += self._too_deep(child, graded=graded) if is_section else self._activity(child, graded=graded)
        return activities

    def _activity(self, node: Node, *, graded: bool) -> list[Document]:
        key = self._activity_keys[id(node)]
        activity = self._units.activity(node, key, graded=_is_graded(node, graded))
        return [activity] if activity else []

    def _give_keys(self) -> dict[str, str]:
        """A key for each unit, before any text is read: texts link to units that come later."""
        keys = Keys()
        targets: dict[str, str] = {}
        for unit in _units_below(self._course):
            key = keys.key(unit.name, unit.position)
            self._activity_keys[id(unit)] = key
            for node in unit.walk():
                if node.name:
                    targets.setdefault(node.name, key)
        for node in self._course.walk():
            first = next(_units_below(node), None) if node.is_chapter or node.is_section else None
            if first is not None and id(first) in self._activity_keys:  # not a section inside of a unit
                targets.setdefault(node.name, self._activity_keys[id(first)])
        return targets

    def _note_files(self) -> None:
        for path in self._export.static():
            if path in self._assets.cleaned:
                self._ledger.approximated("files", path, OlxNote.CLEANED, parts=self._assets.cleaned[path])
            elif path in self._assets.used:
                self._ledger.imported("files", path)
            elif path in self._assets.refused:
                self._ledger.left_out("files", path, OlxNote.FILE_REFUSED, file=path)
            else:
                self._ledger.left_out("files", path, OlxNote.UNUSED_FILE)


def _units_below(node: Node) -> Iterator[Node]:
    """What becomes an activity, in order: units, and leaves that stand where a unit would."""
    for child in node.children:
        if child.is_section or child.is_chapter:
            yield from _units_below(child)
        else:
            yield child


def _is_graded(node: Node, above: bool) -> bool:
    """A unit is graded when it or its section says so; what says otherwise itself is not."""
    if node.is_chapter or "graded" not in node.attributes:
        return above
    return node.says("graded")


def _activities(module: Document) -> Iterator[Document]:
    yield from module["activities"]
    for inner in module["modules"]:
        yield from _activities(inner)
