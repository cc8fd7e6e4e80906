"""Problems as questions: each type that can be marked, and what becomes of those that can't."""

import pytest

from lms.quizzes.rules.questions import question_flaws

FORMULA = "\\(y\\)"


@pytest.fixture
def problem(read_unit):
    """`problem("<stringresponse…>")`: a course of one problem."""

    def problem(inner, attributes="", *, graded=False, files=None):
        return read_unit(f'<problem url_name="p" {attributes}>{inner}</problem>', graded=graded, files=files)

    return problem


def choice(*options):
    return "".join(f'<choice correct="{str(right).lower()}">{text}</choice>' for text, right in options)


def test_a_dropdown_is_a_single_choice(problem):
    course = problem(
        "<p>Pick</p><optionresponse><optioninput options=\"('a, b','c')\" correct=\"c\"/></optionresponse>"
    )
    question = course.question()
    assert question["type"] == "single_choice"
    assert [(o["text"], o["right"]) for o in question["options"]] == [("a, b", False), ("c", True)]
    assert course.rows("questions") == [("problem/p", "imported", None)]


def test_a_dropdown_with_written_options_keeps_their_feedback(problem):
    course = problem(
        '<optionresponse><optioninput><option correct="False">a<optionhint>No.</optionhint></option>'
        '<option correct="True">b</option></optioninput></optionresponse>'
    )
    assert [(o["text"], o["feedback"]) for o in course.question()["options"]] == [("a", "No."), ("b", None)]


def test_several_dropdowns_in_one_answer_are_parts(problem):
    course = problem(
        "<optionresponse><p>A <optioninput options=\"('x','y')\" correct='x'/> B <optioninput options=\"('x','y')\" "
        "correct='y'/></p></optionresponse>"
    )
    question = course.question()
    assert question["text"] == "A [[p1-1]] B [[p1-2]]"
    assert [part["type"] for part in question["parts"]] == ["single_choice", "single_choice"]
    assert course.counts["parts"]["source"] == 1


def test_an_old_dropdown_holds_its_own_label_and_formulas_without_signs(problem):
    course = problem(
        "<optionresponse direction='vertical'><optioninput options=\"('Up','Down')\" correct='Up'><text>The sky</text>"
        "</optioninput><optioninput options=\"('Up','Down')\" correct='Down'><text>The earth</text></optioninput>"
        "</optionresponse>"
    )
    assert course.question()["text"] == "The sky [[p1-1]]\n\nThe earth [[p1-2]]"
    course = problem(
        "<multiplechoiceresponse><choicegroup><choice correct='true'><span><math>a+b^2</math><br/></span></choice>"
        "</choicegroup></multiplechoiceresponse>"
    )
    assert course.question()["options"][0]["text"] == "\\(a+b^2\\)"


def test_a_choice_group_is_a_single_choice(problem):
    course = problem(
        "<multiplechoiceresponse><label>Which?</label><choicegroup type='MultipleChoice'>"
        f"{choice(('<b>x</b>', True), (FORMULA, False))}</choicegroup></multiplechoiceresponse>"
    )
    question = course.question()
    assert question["text"] == "Which?"
    assert [option["text"] for option in question["options"]] == ["**x**", "\\(y\\)"]


def test_mixed_answers_and_several_right_ones_are_kept(problem):
    course = problem(
        f"<multiplechoiceresponse><choicegroup shuffle='true'>{choice(('a', True), ('b', True))}</choicegroup>"
        "</multiplechoiceresponse>"
    )
    assert all(option["right"] for option in course.question()["options"])
    assert "olx.shuffle_left" in course.codes()


def test_checkboxes_are_all_or_nothing(problem):
    course = problem(
        f"<choiceresponse><checkboxgroup>{choice(('a', True), ('b', False), ('c', True))}</checkboxgroup>"
        f"</choiceresponse>"
    )
    question = course.question()
    assert (question["type"], question["policy"]) == ("multiple_choice", "all_or_nothing")
    assert [option["right"] for option in question["options"]] == [True, False, True]


def test_checkboxes_that_count_each_decision_still_do(problem):
    course = problem(
        f"<choiceresponse partial_credit='EDC'>"
        f"<checkboxgroup>{choice(('a', True), ('b', False))}</checkboxgroup></choiceresponse>"
    )
    assert course.question()["policy"] == "every_decision"
    assert course.rows("questions") == [("problem/p", "imported", None)]


def test_feedback_on_options_not_chosen_is_said_to_be_left(problem):
    course = problem(
        "<choiceresponse><checkboxgroup><choice correct='true'>a<choicehint selected='true'>Yes</choicehint>"
        "<choicehint selected='false'>No</choicehint></choice><compoundhint value='A'>All</compoundhint>"
        "</checkboxgroup>"
        "</choiceresponse>"
    )
    assert course.question()["options"] == [{"key": "a", "text": "a", "right": True, "feedback": "Yes"}]
    assert "olx.feedback_left" in course.codes()


@pytest.mark.parametrize(
    ("response", "accept", "case"),
    [
        ('<stringresponse answer="Paris" type="ci"><textline/></stringresponse>', ["Paris"], "ignore"),
        ('<stringresponse answer=" Paris  city "><textline/></stringresponse>', ["Paris city"], "exact"),
        (('<stringresponse answer="a" type="ci"><additional_answer>b</additional_answer><additional_answer '
'answer="c"/>'
         "<textline/></stringresponse>"), ["a", "b", "c"], "ignore"),
        ('<stringresponse answer="one_or_two"><textline/></stringresponse>', ["one", "two"], "exact"),
        ('<stringresponse answer="^(yes|no)$" type="ci regexp"><textline/></stringresponse>', ["yes", "no"], "ignore"),
    ],
)  # fmt: skip
def test_text_input_is_a_short_text(problem, response, accept, case):
    question = problem(f"<p>Q</p>{response}").question()
    assert (question["type"], question["accept"], question["case"]) == ("short_text", accept, case)


@pytest.mark.parametrize(
    ("response", "accept"),
    [
        ('<numericalresponse answer="4"><textline/></numericalresponse>', {"answer": "4", "tolerance": "0"}),
        ('<numericalresponse answer="0.5"><textline/></numericalresponse>', {"answer": "0.5", "tolerance": "0.001 %"}),
        (('<numericalresponse answer="4"><responseparam type="tolerance" default="0.1"/><textline/>'
'</numericalresponse>'),
         {"answer": "4", "tolerance": "0.1"}),
        (('<numericalresponse answer="4"><textline><responseparam type="tolerance" default="5%"/></textline>'
         "</numericalresponse>"), {"answer": "4", "tolerance": "5 %"}),
        ('<numericalresponse answer="[5,8)"><textline/></numericalresponse>', {"from": "5", "to": "8", "open": ["to"]}),
        ('<numericalresponse answer="2*10"><textline/></numericalresponse>', {"answer": "20", "tolerance": "0.001 %"}),
    ],
)  # fmt: skip
def test_numerical_input_is_numeric(problem, response, accept):
    question = problem(f"<p>Q</p>{response}").question()
    assert (question["type"], question["accept"]) == ("numeric", [accept])


def test_additional_numbers_feedback_solution_and_hints_come_along(problem):
    course = problem(
        '<numericalresponse answer="4"><additional_answer answer="5"><correcthint>Near</correcthint>'
        "</additional_answer>"
        "<formulaequationinput trailing_text='\\(\\%\\)'/><correcthint>Right</correcthint></numericalresponse>"
        "<solution><div class='detailed-solution'><p>Explanation</p><p>Because</p></div></solution>"
        "<demandhint><hint>Think</hint></demandhint>"
    )
    question = course.question()
    assert [entry["answer"] for entry in question["accept"]] == ["4", "5"]
    assert question["unit"] == "%"
    assert question["explanation"] == "Near\n\nRight\n\nBecause\n\nThink"
    assert course.rows("questions") == [("problem/p", "approximated", "olx.hints_after")]


def test_labels_descriptions_and_words_around_a_field_are_the_text(problem):
    course = problem(
        "<p>Read.</p><numericalresponse answer='1'><label>How many?</label><description>Whole numbers.</description>"
        "<formulaequationinput/></numericalresponse><p>Then go on.</p>"
    )
    assert course.question()["text"] == "Read.\n\nHow many?\n\nWhole numbers.\n\nThen go on."


def test_a_label_that_stands_only_in_an_attribute_is_not_lost(problem):
    course = problem("<p>Intro</p><stringresponse answer='a'><textline label='Which letter?'/></stringresponse>")
    assert course.question()["text"] == "Intro\n\nWhich letter?"
    course = problem(
        "<p>Which letter?</p><stringresponse answer='a'><textline label='Which letter?'/></stringresponse>"
    )
    assert course.question()["text"] == "Which letter?"


def test_a_field_in_a_line_leaves_a_blank_there(problem):
    course = problem(
        "<p>Age is <stringresponse answer='x' inline='1'><textline inline='1'/></stringresponse> data.</p>"
    )
    assert course.question()["text"] == "Age is \\_\\_\\_\\_ data."


def test_several_answers_are_parts_at_their_places(problem):
    course = problem(
        "<p>First</p><numericalresponse answer='1'><textline/></numericalresponse><p>Second</p>"
        f"<multiplechoiceresponse><choicegroup>{choice(('a', True))}</choicegroup></multiplechoiceresponse>"
    )
    question = course.question()
    assert question["type"] == "parts"
    assert question["text"] == "First\n\n[[p1]]\n\nSecond\n\n[[p2]]"
    assert [part["type"] for part in question["parts"]] == ["numeric", "single_choice"]
    assert question_flaws(question) == []


def test_answers_in_a_table_keep_their_places(problem):
    cells = "".join(
        f"<tr><td>{n}</td><td><numericalresponse answer='{n}'><textline/></numericalresponse></td></tr>" for n in (1, 2)
    )
    question = problem(f"<table><tr><th>n</th><th>value</th></tr>{cells}</table>").question()
    assert question["text"].startswith("<table>")
    assert "<td>2</td><td>[[p2]]</td>" in question["text"]
    assert question_flaws(question) == []


def test_brackets_of_the_source_are_not_taken_for_places(problem):
    course = problem(
        "<p>[[p1]] \\([[1]]\\)</p><numericalresponse answer='1'><textline/></numericalresponse>"
        "<numericalresponse answer='2'><textline/></numericalresponse>"
    )
    assert question_flaws(course.question()) == []
    assert [part["key"] for part in course.question()["parts"]] == ["p1", "p2"]


@pytest.mark.parametrize(
    ("response", "code"),
    [
        ("<customresponse cfn='f'><textline/></customresponse>", "olx.by_program"),
        ("<coderesponse><textbox/></coderesponse>", "olx.by_program"),
        ("<schematicresponse><schematic/></schematicresponse>", "olx.by_program"),
        ("<formularesponse answer='x^2' samples='x@1:2#3'><textline/></formularesponse>", "olx.formula_asked"),
        ("<imageresponse><imageinput src='/static/x.png'/></imageresponse>", "olx.no_counterpart"),
        (("<choicetextresponse><radiotextgroup><choice correct='true'>a <numtolerance_input answer='1'/></choice>"
         "</radiotextgroup></choicetextresponse>"), "olx.no_counterpart"),
        ("<numericalresponse answer='$x'><textline/></numericalresponse>", "olx.not_a_number"),
        ("<numericalresponse answer='10*i'><textline/></numericalresponse>", "olx.not_a_number"),
        ("<numericalresponse><textline/></numericalresponse>", "olx.no_key"),
        ("<stringresponse answer='[a-z]+' type='regexp'><textline/></stringresponse>", "olx.pattern_asked"),
        (("<multiplechoiceresponse><choicegroup><choice correct='false'>a</choice></choicegroup>"
"</multiplechoiceresponse>"),
         "olx.no_key"),
    ],
)  # fmt: skip
def test_what_can_not_be_marked_comes_in_as_its_text_with_a_note(problem, response, code):
    course = problem(f"<p>The task</p>{response}")
    assert course.text().startswith("The task")
    assert "can't be marked here" in course.text()
    assert course.rows("questions") == [("problem/p", "approximated", code)]
    assert course.rows("parts") == [("problem/p#1", "approximated", code)]


@pytest.mark.parametrize(
    "answer", ['answer="[8,5]"', 'answer="(5,5)"', 'answer="1"><responseparam type="tolerance" default="500%"/']
)
def test_an_answer_that_nothing_can_meet_is_not_asked(problem, answer):
    course = problem(f"<p>Q</p><numericalresponse {answer}><textline/></numericalresponse>")
    assert course.rows("questions") == [("problem/p", "approximated", "olx.not_sound")]
    assert course.counts["parts"] == {"source": 1, "imported": 0, "approximated": 1, "left_out": 0}
    assert course.text().startswith("Q")


def test_a_program_is_not_run_and_its_values_are_not_guessed(problem):
    course = problem(
        "<script type='loncapa/python'>x = 1/0\nraise SystemExit</script><p>Let x = $x and cost $5.</p>"
        "<numericalresponse answer='$x'><textline/></numericalresponse>"
    )
    assert course.rows("parts") == [("problem/p#1", "approximated", "olx.computed")]
    assert "raise SystemExit" not in course.text()
    assert "Let x = $x and cost $5." in course.text()
    assert "olx.values_shown" in course.codes()


def test_a_mixed_problem_keeps_what_can_be_marked_and_says_so(problem):
    course = problem(
        "<p>One</p><numericalresponse answer='1'><textline/></numericalresponse><p>Two</p>"
        "<customresponse cfn='f'><textline/></customresponse>"
    )
    question = course.question()
    assert [part["key"] for part in question["parts"]] == ["p1"]
    assert "[[p1]]" in question["text"]
    assert "Only the answers that have a field can be marked here." in question["text"]
    assert course.rows("questions") == [("problem/p", "approximated", "olx.parts_as_text")]
    assert course.counts["parts"] == {"source": 2, "imported": 1, "approximated": 1, "left_out": 0}


def test_choices_that_can_not_be_marked_stay_to_be_read(problem):
    course = problem(
        f"<customresponse cfn='f'><choicegroup>{choice(('red', True), ('blue', False))}</choicegroup></customresponse>"
    )
    assert "- red\n- blue" in course.text()


def test_the_solution_of_what_can_not_be_marked_may_be_opened(problem):
    inner = "<customresponse cfn='f'><textline/></customresponse><solution><p>So</p></solution>"
    assert "<details><summary>Solution</summary>\n\nSo" in problem(inner).text()
    assert "So" not in problem(inner, "showanswer='never'").text()


def test_a_problem_without_words_is_left_out_or_has_its_name(problem):
    assert problem("<p>&#160;</p>").rows("questions") == [("problem/p", "left_out", "olx.text_empty")]
    response = "<numericalresponse answer='1'><textline/></numericalresponse>"
    assert problem(response, "display_name='Count'").question()["text"] == "Count"
    assert problem(response).question()["text"] == "…"


def test_a_problem_that_asks_nothing_is_a_text(problem):
    course = problem("<p>Just read</p>")
    assert course.text() == "Just read"
    assert course.rows("questions") == [("problem/p", "approximated", "olx.nothing_to_answer")]


@pytest.mark.parametrize(
    ("weight", "answers", "points", "code"),
    [
        ("", 1, ["1"], None),
        ("2.5", 1, ["2.5"], None),
        ("3", 2, ["1.5", "1.5"], None),
        ("10", 3, ["1", "1", "1"], "olx.points"),
        ("0", 1, ["1"], "olx.no_points"),
        ("null", 1, ["1"], None),
    ],
)
def test_the_weight_is_divided_among_the_parts(problem, weight, answers, points, code):
    course = problem(
        "<numericalresponse answer='1'><textline/></numericalresponse>" * answers, f"weight='{weight}' display_name='P'"
    )
    question = course.question()
    assert [part["points"] for part in question.get("parts", [question])] == points
    assert code is None or code in course.codes()


def test_the_oldest_markup_is_read(problem):
    course = problem(
        "<startouttext/>Enter <m>$x^2$</m>:<endouttext/><numericalresponse answer='4'>"
        "<responseparam type='tolerance' default='.01' name='tol' description='Numerical Tolerance'/><textline/>"
        "</numericalresponse><startouttext/>Done<endouttext/>"
    )
    assert course.question()["text"] == "Enter \\(x^2\\):\n\nDone"
