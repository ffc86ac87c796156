"""An author brings in a file of another system after reading its report, and takes questions out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from assessments.bank.exchange import archives, formats
from assessments.bank.exchange.report import Defaults
from tests.browser.visitors import Visitors, assert_accessible

QUIZ = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <question type="category">
    <category><text>$course$/top/Regression</text></category>
    <info format="html"><text>All about lines.</text></info>
  </question>
  <question type="multichoice">
    <name><text>{title}</text></name>
    <questiontext format="html">
      <text><![CDATA[<p>Which constant minimises \\(\\sum_i (y_i - c)^2\\)?</p>
      <p><img src="@@PLUGINFILE@@/curve.png" alt="a parabola"></p>]]></text>
      <file name="curve.png" path="/" encoding="base64">iVBORw0KGgo=</file>
    </questiontext>
    <generalfeedback format="html"><text>Set the derivative to zero.</text></generalfeedback>
    <defaultgrade>2</defaultgrade><penalty>0.3333333</penalty>
    <single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>
    <answer fraction="100" format="html"><text>the mean</text><feedback><text>Yes.</text></feedback></answer>
    <answer fraction="0" format="html"><text>the median</text><feedback><text>Of distances.</text></feedback></answer>
  </question>
  <question type="numerical">
    <name><text>{title}, in numbers</text></name>
    <questiontext format="html"><text>What is the mean of 1, 2 and 6?</text></questiontext>
    <answer fraction="100"><text>3</text><tolerance>0.01</tolerance></answer>
  </question>
  <question type="cloze">
    <name><text>{title}, with gaps</text></name>
    <questiontext format="html"><text>The mean is {{1:NUMERICAL:=3}}.</text></questiontext>
  </question>
</quiz>
"""


class Exchange:
    """What an author does on the pages of import and export."""

    def __init__(self, visitors: Visitors) -> None:
        self.page: Page = visitors.staff("author")
        self.bank = f"{visitors.demo.url}/o/library/bank/"

    def send(self, name: str, content: str) -> None:
        self.page.goto(f"{self.bank}exchange/import/")
        assert_accessible(self.page)
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content.encode()}
        self.page.get_by_label("File").set_input_files(files=[file])  # type: ignore[list-item]  # a plain dict is one
        self.page.get_by_role("button", name="Show what it would bring").click()

    def lines(self, of: str) -> list[str]:
        rows = self.page.locator("table.report-lines tbody tr").filter(has=self.page.get_by_role("rowheader", name=of))
        return [" ".join(row.split()) for row in rows.all_inner_texts()]

    def find(self, title: str) -> None:
        """Look for a question on the page of the bank, and open it."""
        self.page.get_by_label("Words").fill(title)
        self.page.get_by_role("button", name="Filter").click()
        self.page.get_by_role("link", name=title, exact=True).click()

    def download(self, link: str) -> Download:
        with self.page.expect_download() as held:
            self.page.get_by_role("link", name=link).click()
        return held.value


@pytest.fixture
def author(visitors: Visitors) -> Exchange:
    return Exchange(visitors)


def test_a_file_of_moodle_is_read_in_its_report_and_then_brought_in(author: Exchange, width: int) -> None:
    title = f"The best constant {width}"
    author.send("lines.xml", QUIZ.format(title=title))
    expect(author.page.get_by_role("heading", level=1)).to_have_text("What lines.xml would bring")
    assert_accessible(author.page)
    (gaps,) = author.lines(f"{title}, with gaps")
    assert "left out" in gaps
    assert "embedded answers" in gaps
    assert any("a picture, a parabola" in line for line in author.lines(title))
    (category,) = author.lines("the category «Regression»")
    assert "All about lines." in category
    author.page.get_by_role("link", name="Left out 1").click()
    expect(author.page.get_by_role("rowheader", name=f"{title}, with gaps")).to_be_visible()
    assert_accessible(author.page)
    author.page.get_by_role("link", name="All 3").click()
    author.page.get_by_role("button", name="Import all 2 questions").click()
    expect(author.page.get_by_text("2 questions of lines.xml brought in.")).to_be_visible()
    author.find(title)
    expect(author.page.locator(".statement math").first).to_be_visible()
    expect(author.page.get_by_text("(picture: a parabola)").first).to_be_visible()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("broken.xml", "<quiz><question type='essay'>", "expected well-formed XML"),
        ("bomb.xml", "<!DOCTYPE quiz [<!ENTITY a 'aaaa'>]><quiz>&a;</quiz>", "XML without a DTD"),
    ],
)
def test_a_broken_file_says_what_is_wrong_and_brings_nothing(
    author: Exchange, width: int, name: str, content: str, words: str
) -> None:
    author.send(name, content)
    expect(author.page.get_by_text("Nothing in this file can be brought in")).to_be_visible()
    assert any(words.removeprefix("expected ") in line for line in author.lines(name))
    expect(author.page.get_by_role("button", name="Import", exact=False)).to_have_text("Import nothing")
    assert_accessible(author.page)
    author.page.get_by_role("button", name="Import nothing").click()
    expect(author.page.get_by_text(f"Nothing of {name} was brought in.")).to_be_visible()


def test_a_file_of_no_format_is_refused_beside_its_field(author: Exchange, visitors: Visitors) -> None:
    visitors.expect_refusal(422)
    author.send("photo.png", "\x89PNG\0")
    expect(author.page.get_by_text("Expected questions as Subgradient bundle")).to_be_visible()
    assert_accessible(author.page)


def test_what_is_chosen_is_exported_as_a_file_that_can_be_read_again(author: Exchange, width: int) -> None:
    title = f"A question to take along {width}"
    author.send("one.gift", f"::{title}::Is the mean unique?{{TRUE#No.#Yes.}}")
    author.page.get_by_role("button", name="Import the question").click()
    author.find(title)
    author.page.get_by_role("link", name="Export this question").click()
    expect(author.page.get_by_role("heading", level=1)).to_have_text(f"Export «{title}»")
    author.page.get_by_label("Format").select_option(label="Moodle XML")
    author.page.get_by_role("button", name="Show what it holds").click()
    assert_accessible(author.page)
    file = author.download("Download Moodle XML")
    files = archives.read(Path(file.path()))
    (item,) = [item for item in formats.of(files).read(files, Defaults()) if not item.whole]
    assert (item.name, item.question is not None) == (title, True)


def test_the_whole_bank_is_exported_with_a_line_for_what_the_format_cannot_hold(author: Exchange) -> None:
    author.page.goto(f"{author.bank}exchange/export/?form=gift")
    author.page.get_by_role("link", name="Left out").click()
    # Others may have retired a question, which stands here too.
    left_out = author.page.locator("table.report-lines tbody tr", has_text="a kind that GIFT holds")
    expect(left_out.first).to_be_visible()
    assert_accessible(author.page)
    file = author.download("Download GIFT")
    assert file.suggested_filename == "library-questions.gift"
    assert Path(file.path()).read_text().count("\n::") > 100
