"""The loss atlas as a stranger meets it: with scripts and without, by keyboard alone, at both widths, on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitors import Visitors, assert_accessible
from tests.demo import Demo

PAGES = ("huber", "binary_cross_entropy", "categorical_cross_entropy_with_logits", "ctc", "f1", "adam")


@pytest.fixture
def page(visitors: Visitors, site: Demo) -> Page:
    page = visitors.arrive()
    page.goto(f"{site.url}/atlas/")
    return page


def entries(page: Page) -> list[str]:
    return page.locator(".atlas-entry h3 a").all_inner_texts()


def opened(page: Page) -> Page:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    return page


def test_home_page_leads_to_the_atlas(visitors, site):
    page = visitors.arrive()
    page.goto(site.url)
    page.get_by_role("main").get_by_role("link", name="loss atlas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Loss atlas")
    assert_accessible(opened(page))


def test_filters_swap_the_rows_and_stand_in_the_address(page):
    page.get_by_label("Words").press_sequentially("hinge")
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"\d+ of \d+ entries"))
    expect(page).to_have_url(re.compile("search=hinge"))
    assert "hinge" in entries(page)
    assert "huber" not in entries(page)
    page.get_by_text("Properties", exact=True).click()
    page.get_by_role("checkbox", name=re.compile("^kinks")).check()
    expect(page).to_have_url(re.compile("having=kinks"))
    expect(page.get_by_role("link", name="squared_hinge", exact=True)).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("link", name="squared_hinge", exact=True)).to_be_visible()


def test_filters_work_without_scripts(visitors, site, width):
    context = visitors.browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
    visitors.contexts.append(context)
    page = context.new_page()
    page.goto(f"{site.url}/atlas/")
    page.get_by_label("Family").select_option("optimizers")
    page.get_by_role("button", name="Filter").click()
    assert "adam" in entries(page)
    assert "huber" not in entries(page)
    page.get_by_role("link", name="adam", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("adam")


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_fits_with_everything_open(visitors, site, name):
    page = visitors.arrive()
    page.goto(f"{site.url}/atlas/{name}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert_accessible(opened(page))


def test_plot_has_a_name_a_description_and_its_numbers(visitors, site):
    page = visitors.arrive()
    page.goto(f"{site.url}/atlas/mae/")
    expect(page).to_have_url(re.compile("/atlas/mean_absolute_error/$"))
    plot = page.get_by_role("img", name="Derivative of mean_absolute_error over y_pred", exact=True)
    expect(plot).to_have_accessible_description(re.compile(r"jumps at 0\.$"))
    figure = page.locator("figure", has=plot)
    figure.get_by_text("Numbers").click()
    expect(figure.get_by_role("row", name="0 [−1, 1]", exact=True)).to_be_visible()


def test_entry_is_found_and_read_by_keyboard_alone(page):
    page.get_by_label("Words").focus()
    page.keyboard.type("pinball")
    expect(page.get_by_role("status")).to_contain_text(" of ")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "quantile":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("quantile")
    summary = page.locator("summary", has_text="Numbers").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").first).to_be_visible()


def test_printed_page_keeps_its_plots_and_fits(visitors, site):
    page = visitors.arrive()
    page.goto(f"{site.url}/atlas/huber/")
    page.emulate_media(media="print")
    expect(page.locator("figure svg").first).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_wrong_name_leads_to_the_nearest(visitors, site):
    visitors.expect_refusal(404)
    page = visitors.arrive()
    page.goto(f"{site.url}/atlas/hubert/")
    assert_accessible(page)
    page.get_by_role("main").get_by_role("link", name="huber", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("huber")
