"""What is inside an activity, edited by forms without script."""

from __future__ import annotations

import re

import pytest
from lxml import html

from lms.core.canonical import digest
from lms.courses import queries
from lms.courses.queries import find_course
from lms.courses.rules.bodies import empty_body
from lms.courses.rules.outline import Outline
from tests.courses.documents import activity, page, practice, text, video
from tests.courses.html_forms import form_of
from tests.learning.building import draft
from tests.quizzes.documents import multiple_choice, numeric, options, quiz, single_choice

pytestmark = pytest.mark.usefixtures("session")


def body_of(key="a", slug="safety"):
    outline = Outline.of(queries.load_draft(find_course(slug).id).outline)
    return queries.load_body(outline.by_key[key].body)


def opened(author, key="a", slug="safety"):
    return form_of(author.get(f"/teach/{slug}/activities/{key}").text, "editor-form")


def press(author, form, button, status=200):
    answer = author.post(form.action, data=_as_data(form.sent(button)))
    assert answer.status_code == status, answer.text[:3000]
    return form_of(answer.text, "editor-form") if status != 303 else None


def save(author, form):
    press(author, form, "save", 303)


def _as_data(pairs):
    data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return data


def test_a_page_opened_and_saved_untouched_stays_the_same(author, session):
    body = page(text("One.\n\n- two\n- three"), practice(single_choice(key="p1")))
    draft(activity("a", body))
    save(author, opened(author))
    session.expire_all()
    assert digest(body_of()) == digest(body)


def test_a_text_is_changed_and_saved(author, session):
    draft(activity("a", page(text("Old."))))
    save(author, opened(author).put({"blocks.0.markdown": "New."}))
    session.expire_all()
    assert body_of()["blocks"] == [text("New.")]


def test_a_quiz_opened_and_saved_untouched_stays_the_same(author, session):
    body = quiz()
    draft(activity("a", body))
    save(author, opened(author))
    session.expire_all()
    assert digest(body_of()) == digest(body)


def test_the_preview_shows_the_draft_and_may_stand_in_a_frame_of_ours(author):
    draft(activity("a", page(text("Look **here**."))), activity("v", video()), activity("q", quiz()))
    found = author.get("/teach/safety/activities/a/preview")
    assert "Look <strong>here</strong>." in found.text
    assert "frame-ancestors 'self'" in found.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in author.get("/teach/safety").headers["Content-Security-Policy"]
    assert author.get("/teach/safety/activities/v/preview").status_code == 200
    assert "Mark these answers" in author.get("/teach/safety/activities/q/preview").text


def test_changes_of_two_authors_in_different_blocks_are_both_kept(author, colleague, session):
    draft(activity("a", page(text("One."), text("Two."))))
    mine, theirs = opened(author), opened(colleague)
    save(colleague, theirs.put({"blocks.1.markdown": "Two of theirs."}))
    save(author, mine.put({"blocks.0.markdown": "One of mine."}))
    session.expire_all()
    assert body_of()["blocks"] == [text("One of mine."), text("Two of theirs.")]


def test_a_clash_shows_both_texts_and_keeps_mine_there_and_theirs_elsewhere(author, colleague, session):
    draft(activity("a", page(text("One."), text("Two."), text("Three."))))
    mine, theirs = opened(author), opened(colleague)
    save(colleague, theirs.put({"blocks.0.markdown": "One of theirs.", "blocks.2.markdown": "Three of theirs."}))
    answer = author.post(mine.action, data=_as_data(mine.put({"blocks.0.markdown": "One of mine."}).sent("save")))
    assert answer.status_code == 409
    assert "of theirs" in answer.text
    clash = form_of(answer.text, "editor-form")
    assert clash["blocks.0.markdown"] == "One of mine."
    press(author, clash, "mine", 303)
    session.expire_all()
    assert body_of()["blocks"] == [text("One of mine."), text("Two."), text("Three of theirs.")]


def test_what_another_course_holds_is_not_shown_to_who_knows_its_digest(author, session):
    """Where two changes clash, the words that both began from are shown too: only those of the course's own bodies."""
    foreign = page(text("A secret."))
    draft(activity("a", page(text("One."))))
    draft(activity("a", foreign), slug="other")
    mine = opened(author).put({"blocks.0.markdown": "Mine.", "based_on": digest(foreign)})
    answer = author.post(mine.action, data=_as_data(mine.sent("save")))
    assert answer.status_code == 409
    assert "secret" not in answer.text
    claimed = {**_as_data(mine.sent("mine")), "theirs": digest(foreign)}
    assert "secret" not in author.post(mine.action, data=claimed).text


def test_who_takes_theirs_sees_theirs(author, colleague, session):
    draft(activity("a", page(text("One."))))
    mine, theirs = opened(author), opened(colleague)
    save(colleague, theirs.put({"blocks.0.markdown": "Theirs."}))
    answer = author.post(mine.action, data=_as_data(mine.put({"blocks.0.markdown": "Mine."}).sent("save")))
    press(author, form_of(answer.text, "editor-form"), "theirs", 303)
    assert opened(author)["blocks.0.markdown"] == "Theirs."


def autosave(author, form):
    return author.post(form.action, data=_as_data(form.sent("autosave")), headers={"Accept": "application/json"})


def test_saving_by_itself_answers_with_the_digest_to_go_on_from(author, colleague, session):
    draft(activity("a", page(text("One."), text("Two."))))
    mine, theirs = opened(author), opened(colleague)
    first = autosave(author, mine.put({"blocks.0.markdown": "Mine."})).json
    assert (first["merged"], first["digest"]) == (False, first["sent"])
    save(colleague, theirs.put({"blocks.1.markdown": "Theirs."}))
    second = autosave(author, mine.put({"based_on": first["digest"], "blocks.0.markdown": "Mine, again."})).json
    assert second["merged"]
    session.expire_all()
    assert body_of()["blocks"] == [text("Mine, again."), text("Theirs.")]


def test_what_is_saved_on_a_merged_page_does_not_take_out_what_somebody_else_wrote(author, colleague, session):
    draft(activity("a", page(text("One."), text("Two."))))
    mine, theirs = opened(author), opened(colleague)
    save(colleague, theirs.put({"blocks.1.markdown": "Theirs."}))
    first = autosave(author, mine.put({"blocks.0.markdown": "Mine."})).json
    assert first["merged"]
    second = autosave(author, mine.put({"based_on": first["sent"], "blocks.0.markdown": "Mine, again."}))
    assert second.status_code == 200
    session.expire_all()
    assert body_of()["blocks"] == [text("Mine, again."), text("Theirs.")]


WRONG = {
    "slots.0.question.text": ("", "Write the question here."),
    "slots.0.question.points": ("many", "Write a number, such as 12 or 2.5."),
    "slots.1.question.accept.0.tolerance": ("-1", "Write a number of at least 0."),
    "slots.1.question.unit": ("x" * 501, "Use at most 500 characters."),
    "pass_percent": ("101", "Write a number from 0 to 100."),
    "attempts": ("0", "Write a number from 1 to 1000."),
}


def test_every_mistake_stands_beside_its_field_at_once(author):
    draft(activity("a", quiz({"question": single_choice()}, {"question": numeric(key="q2")})))
    form = opened(author).put({name: value for name, (value, _sentence) in WRONG.items()})
    found = press(author, form, "save", 422)
    assert found.errors == {name: sentence for name, (_value, sentence) in WRONG.items()}
    assert found["pass_percent"] == "101", "what was typed is still there"


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"slots.0.question.options.0.right": None}, "slots.0.question.options", "Tick the right answer."),
        ({"slots.1.draw.count": "5"}, "slots.1.draw.count", "Write a number from 1 to 1."),
        ({"slots.1.draw.from": "gone"}, "slots.1.draw.from", "There is no pool “gone” any more. Choose another one."),
        ({"pools.0.name": "ö"}, "pools.0.name", "“ö” can't be a name"),
        ({"pools.0.questions.0.key": "q1"}, "slots", "“q1” stands here twice."),
    ],
)
def test_a_quiz_says_what_does_not_fit_together(author, fields, name, sentence):
    body = quiz({"question": single_choice()}, {"draw": {"from": "pool", "count": 1}})
    draft(activity("a", body | {"pools": {"pool": [single_choice(key="q7")]}}))
    errors = press(author, opened(author).put(fields), "save", 422).errors
    assert sentence in errors[name]


def test_a_pool_is_renamed_with_the_draws_from_it(author, session):
    body = quiz({"draw": {"from": "pool", "count": 1}}, pools={"pool": [single_choice(key="q7")]})
    draft(activity("a", body))
    save(author, opened(author).put({"pools.0.name": "basics"}))
    session.expire_all()
    assert body_of()["slots"] == [{"draw": {"from": "basics", "count": 1}}]


def test_rows_are_added_moved_copied_and_taken_out_by_buttons(author, session):
    draft(activity("a", page(text("One."), text("Two."), practice(single_choice(key="q4")))))
    form = press(author, opened(author), "down blocks.0")
    form = press(author, form, "copy blocks.2")
    form = press(author, form, "remove blocks.0")
    form = press(author, form, "add blocks callout 1")
    form = press(author, form.put({"blocks.1.markdown": "Mind the gap."}), "move blocks.1 0")
    save(author, form)
    session.expire_all()
    blocks = body_of()["blocks"]
    assert [block["type"] for block in blocks] == ["callout", "text", "question", "question"]
    assert blocks[1] == text("One.")
    assert [block["question"]["key"] for block in blocks[2:]] == ["q4", "q5"], "a copy has a key of its own"


@pytest.mark.parametrize("button", ["remove blocks", "up blocks.99", "add files", "remove", "move blocks.0 x", "try x"])
def test_a_button_that_leads_nowhere_changes_nothing(author, button):
    draft(activity("a", page(text("One."))))
    assert press(author, opened(author), button)["blocks.0.markdown"] == "One."


def test_half_a_form_is_refused(author, session):
    draft(activity("a", page(text("One."), text("Two."))))
    form = opened(author)
    assert author.post(form.action, data={"based_on": form["based_on"], "blocks.0.type": "text"}).status_code == 400


def test_a_new_option_gets_a_key_that_no_option_has(author, session):
    draft(activity("a", quiz({"question": single_choice()})))
    form = press(author, opened(author), "remove slots.0.question.options.1")
    form = press(author, form, "add slots.0.question.options")
    save(author, form.put({"slots.0.question.options.2.text": "New"}))
    session.expire_all()
    keys = [option["key"] for option in body_of()["slots"][0]["question"]["options"]]
    assert keys == ["a", "c", "b"]


def test_a_question_that_changes_its_type_keeps_its_words(author, session):
    draft(activity("a", quiz({"question": single_choice(explanation="Because.")})))
    form = press(author, opened(author).put({"slots.0.question.type": "short_text"}), "show")
    save(author, form.put({"slots.0.question.accept": "this"}))
    session.expire_all()
    question = body_of()["slots"][0]["question"]
    assert (question["type"], question["text"], question["explanation"]) == ("short_text", "Which?", "Because.")


def test_an_activity_that_is_not_there_is_404(author):
    draft(activity("a", page()))
    assert author.get("/teach/safety/activities/gone").status_code == 404
    assert author.get("/teach/safety/activities/gone/preview").status_code == 404


def test_practice_in_the_preview_is_marked_and_kept_nowhere(author, session):
    draft(activity("a", page(practice(single_choice(key="p1")))))
    shown = author.get("/teach/safety/activities/a/preview").text
    right = re.search(r'value="([a-z]+)"><span><span>Option a', shown)
    assert right
    answer = author.post("/teach/safety/activities/a/preview/practice/p1", data={"choice": right[1]}).text
    assert "<b>Right</b>" in answer
    assert author.post("/teach/safety/activities/a/preview/practice/p9", data={}).status_code == 404


def test_a_quiz_in_the_preview_is_marked_on_the_paper_that_was_shown(author):
    draft(activity("a", quiz({"question": single_choice()}, shuffle={"options": True, "questions": True})))
    shown = html.fromstring(author.get("/teach/safety/activities/a/preview").text)
    seed = shown.xpath("//input[@name='seed']/@value")[0]
    (box,) = [label.xpath(".//input")[0] for label in shown.xpath("//label") if "Option a" in label.text_content()]
    sent = {"seed": seed, box.get("name"): box.get("value")}
    assert "Passed: 1 of 1 points" in author.post("/teach/safety/activities/a/preview", data=sent).text


def test_a_quiz_that_is_not_whole_yet_says_so_in_the_preview(author):
    draft(activity("a", quiz({"question": multiple_choice("right_minus_wrong", options=options("", "ab"))})))
    assert "This quiz can’t be tried yet" in author.get("/teach/safety/activities/a/preview").text


def test_a_long_quiz_shows_its_questions_in_lines_and_opens_one_at_a_time(author, session):
    body = quiz(*({"question": single_choice(key=f"q{n}", text=f"Which one of {n}?")} for n in range(1, 6)))
    draft(activity("a", body))
    form = opened(author)
    assert "open slots.2.question" in form.buttons
    form = press(author, form, "open slots.2.question")
    assert ("open slots.2.question" in form.buttons, "try slots.2.question" in form.buttons) == (False, True)
    form = press(author, form, "up slots.2")
    assert "try slots.1.question" in form.buttons, "what was opened stays open where it goes"
    save(author, form)
    session.expire_all()
    assert [slot["question"]["key"] for slot in body_of()["slots"]] == ["q1", "q3", "q2", "q4", "q5"]


def test_the_editor_asks_the_database_the_same_few_times_however_long_the_course_is(author, queries):
    draft(*(activity(f"p{n}", page(text(f"Page {n}."))) for n in range(30)))
    author.get("/teach/safety/activities/p0")
    with queries() as run:
        assert author.get("/teach/safety/activities/p1").status_code == 200
    assert len(run) <= 14


def test_what_was_saved_is_undone_and_one_is_back_in_the_editor(author):
    draft(activity("a", page(text("Old."))))
    save(author, opened(author).put({"blocks.0.markdown": "New."}))
    answer = author.post("/teach/safety/undo", data={"from": "activity:a"})
    assert answer.location == "/teach/safety/activities/a"
    assert opened(author)["blocks.0.markdown"] == "Old."


@pytest.mark.parametrize("kind", ["video", "file", "link"])
def test_an_activity_that_shows_nothing_yet_can_be_opened_previewed_and_filled(author, session, kind):
    draft(activity("a", empty_body(kind)))
    form = opened(author)
    assert "There is nothing to show yet" in author.get("/teach/safety/activities/a/preview").text
    save(author, form)
    if kind == "link":
        save(author, opened(author).put({"url": "https://example.org/more"}))
        session.expire_all()
        assert body_of()["url"] == "https://example.org/more"
        assert author.get("/teach/safety/activities/a/preview/open").location == "https://example.org/more"
