"""Every component in a real browser: seen by axe, worked by keys alone, on a phone and at a desk, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (360, 1280)
Axe = Callable[["Page"], None]
MakePage = Callable[..., "Page"]

# Everything that can be pressed and is smaller than 44 CSS pixels, but for links within a sentence and marks whose
# whole label or card is the target.
TOO_SMALL = """() => [...document.querySelectorAll('main :is(a[href], button, select, summary, input)')]
  .map((target) => target.matches('[type=radio], [type=checkbox]') ? target.closest('label') ?? target : target)
  .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < 43.5)
  .filter((target) => !target.matches('p > a, .check, a.cover, li > a:not([class]), td a, th a'))
  .map((target) => target.outerHTML.slice(0, 120))"""


@pytest.fixture
def open_page(new_page: MakePage, address: str) -> Callable[..., Page]:
    def open_it(path: str = "/dev/components", **options: object) -> Page:
        page = new_page(address, **{"reduced_motion": "reduce"} | options)
        page.goto(path, wait_until="networkidle")  # modules that a part needs come after the page
        return page

    return open_it


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_component_breaks_a_rule_of_accessibility(
    open_page: Callable[..., Page], axe: Axe, picture: Callable[[Page, str], Path], width: int, scheme: str
) -> None:
    page = open_page(width=width, color_scheme=scheme)
    axe(page)
    picture(page, f"components-{scheme}")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_same_sheet_serves_arabic(open_page: Callable[..., Page], axe: Axe, width: int) -> None:
    axe(open_page("/dev/components?dir=rtl", width=width))


def test_colours_that_the_reader_forces_keep_every_control_visible(open_page: Callable[..., Page], axe: Axe) -> None:
    axe(open_page(forced_colors="active"))


def test_everything_that_is_pressed_is_44_pixels_high(open_page: Callable[..., Page]) -> None:
    assert open_page(width=360).evaluate(TOO_SMALL) == []


def test_a_dialog_opens_keeps_the_focus_and_gives_it_back(open_page: Callable[..., Page]) -> None:
    page = open_page()
    opener = page.get_by_role("button", name="Open the dialog")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    assert dialog.is_visible()
    assert page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert opener.evaluate("button => button === document.activeElement")


def test_a_dialog_shows_without_script(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_role("button", name="Open the dialog").click()
    assert page.get_by_role("heading", name="Withdraw this certificate?").is_visible()


def test_a_menu_opens_walks_and_closes_by_keys(open_page: Callable[..., Page]) -> None:
    page = open_page()
    menu = page.locator("summary[aria-label='More actions']")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Copy"
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="Rename").is_visible()
    assert menu.evaluate("summary => summary === document.activeElement")


def test_a_long_list_is_narrowed_by_typing_without_marks_and_chosen_by_keys(open_page: Callable[..., Page]) -> None:
    page = open_page()
    box = page.get_by_role("combobox", name="Add a person")
    box.fill("conceicao")
    assert page.locator(".listbox [role=option]").all_text_contents() == ["Inês Conceição"]
    box.press("ArrowDown")
    box.press("Enter")
    assert box.input_value() == "Inês Conceição"
    assert page.locator("select[name='c-person']").input_value() == "3"


def test_a_long_list_is_an_ordinary_one_without_script(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_label("Add a person").select_option("Ewa Wiśnicka")
    assert page.get_by_label("Add a person").input_value() == "2"


def test_a_disclosure_opens_and_closes_by_keys(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.locator("summary", has_text="Why do I see this?").press("Enter")
    assert not page.get_by_text("Your role needs it").is_visible()


@pytest.mark.parametrize("scripted", [True, False])
def test_a_sheet_comes_from_below_on_a_phone(open_page: Callable[..., Page], scripted: bool) -> None:
    page = open_page(width=360, java_script_enabled=scripted)
    inside = page.get_by_text("On a phone a sheet from below")
    assert not inside.is_visible()
    page.get_by_role("button", name="Narrow down (2)").press("Enter")
    assert inside.is_visible()
    page.keyboard.press("Escape")
    assert not inside.is_visible()


def test_a_sheet_is_a_part_of_the_page_on_a_wide_screen(open_page: Callable[..., Page]) -> None:
    page = open_page(width=1280)
    assert page.get_by_text("On a phone a sheet from below").is_visible()
    assert not page.get_by_role("button", name="Narrow down (2)").is_visible()


def test_choices_are_walked_by_arrows(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.get_by_label("80 %").focus()
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("60 %").is_checked()


def test_a_table_is_cards_on_a_phone_with_each_value_named(open_page: Callable[..., Page]) -> None:
    cell = open_page(width=360).locator("td[data-l='Points']").first
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Points"'


def test_head_and_first_column_of_a_matrix_stay_while_it_scrolls(open_page: Callable[..., Page]) -> None:
    page = open_page(width=1280)
    box = page.locator(".matrix-box")
    box.evaluate("box => box.scrollTo(200, 200)")
    corner, edge = page.locator(".matrix thead th").first.bounding_box(), box.bounding_box()
    assert corner
    assert edge
    assert abs(corner["x"] - edge["x"]) < 2
    assert abs(corner["y"] - edge["y"]) < 2
    assert box.evaluate("box => box.scrollLeft") == 200


def test_a_cell_reached_by_tab_is_not_hidden_under_head_or_column(open_page: Callable[..., Page]) -> None:
    page = open_page(width=1280)
    page.locator(".matrix-box").evaluate("box => box.scrollTo(900, 500)")
    cell = page.locator(".matrix tbody tr:nth-child(6) td:nth-of-type(2) a")
    cell.focus()
    place, column = cell.bounding_box(), page.locator(".matrix tbody th").first.bounding_box()
    assert place
    assert column
    assert place["x"] >= column["x"] + column["width"] - 1


def test_what_happened_is_said_in_the_live_region(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.evaluate("document.dispatchEvent(new CustomEvent('say', {detail: {text: 'Saved <b>12:03</b>'}}))")
    assert page.locator("#toasts").inner_text().strip() == "Saved <b>12:03</b>"


def test_slash_goes_to_the_search(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"


def test_the_skip_link_comes_first_and_leads_to_the_content(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_everything_can_be_reached_by_tab_and_shows_that_it_is(open_page: Callable[..., Page]) -> None:
    """As many stops as there are controls (a group of radio buttons is one), each with the ring or its card's."""
    page = open_page()
    unseen = page.evaluate(
        """() => [...document.querySelectorAll('main :is(a[href], button, summary, .input):not(:disabled)')]
          .filter((each) => each.checkVisibility() && each.tabIndex >= 0)
          .filter((each) => { each.focus({focusVisible: true}); const ring = getComputedStyle(each).outlineStyle;
            return ring === 'none' && !each.matches('a.cover'); })
          .map((each) => each.outerHTML.slice(0, 100))"""
    )
    assert unseen == []


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 429])
def test_a_refusal_says_why_and_leaves_a_way_on(open_page: Callable[..., Page], axe: Axe, status: int) -> None:
    page = open_page(f"/dev/reasons/{status}", width=360)
    axe(page)
    assert page.locator("h1").inner_text()
    assert page.locator("main a.btn").count() == 1
    assert page.locator("main .mono").inner_text().startswith("core.")


@pytest.mark.parametrize("status", [500, 503])
def test_a_failure_says_what_is_safe_and_offers_another_try(open_page: Callable[..., Page], status: int) -> None:
    answer = open_page().request.get(f"/dev/reasons/{status}", headers={"Accept": "text/html"})
    assert answer.status == status
    assert "Try again" in answer.text()
    assert answer.headers["x-request-id"] in answer.text()


def test_a_guest_who_must_be_known_is_sent_to_sign_in_and_back(open_page: Callable[..., Page]) -> None:
    assert open_page("/dev/reasons/401").url.endswith("/sign-in?next=/dev/reasons/401")


def test_a_place_in_an_order_is_held_by_one_line_and_the_last_fills_itself(open_page: Callable[..., Page]) -> None:
    page = open_page()
    places = page.locator("[data-ordering] select")
    places.nth(0).select_option("2")  # they stood as 1, 3, 2
    assert [place.input_value() for place in places.all()] == ["2", "3", "1"]
    for place in places.all():
        place.select_option("")
    places.nth(0).select_option("3")
    places.nth(2).select_option("1")
    assert [place.input_value() for place in places.all()] == ["3", "2", "1"]


def test_a_line_of_a_tree_moves_by_alt_and_an_arrow(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.locator("[data-movable] a", has_text="Discharging safely").focus()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.keyboard.press("Alt+ArrowUp")
    assert "move=b+up" in (sent.value.post_data or "")


def test_the_first_line_of_a_tree_goes_no_higher(open_page: Callable[..., Page]) -> None:
    page = open_page()
    assert page.get_by_role("button", name="Move “Five safety rules” up").is_disabled()
    assert page.get_by_role("button", name="Move “Five safety rules” down").is_enabled()


def test_a_file_that_is_dropped_is_chosen(open_page: Callable[..., Page]) -> None:
    page = open_page()
    names = page.evaluate(
        """() => {
          const carried = new DataTransfer();
          carried.items.add(new File(['rules'], 'rules.pdf'));
          const box = document.querySelector('.drop');
          box.dispatchEvent(new DragEvent('drop', {dataTransfer: carried, bubbles: true, cancelable: true}));
          return [...box.querySelector('input').files].map((file) => file.name);
        }"""
    )
    assert names == ["rules.pdf"]
