"""A verdict as a page reads it."""

from django.template.loader import render_to_string

from assessments.grading import verdicts

VERDICT = {
    "outcome": "partial",
    "score": 0.75,
    "checks": [
        {"name": "correctness", "weight": 6, "passed": True, "share": 1.0, "message": "All are right."},
        {"name": "edge_cases", "weight": 2, "passed": False, "share": 0.0, "message": "1 of 4 is wrong."},
    ],
    "notes": [{"code": "print", "message": "print on line 2 was left in <b>.", "line": 2}],
}


def test_notes_on_the_code_stand_below_the_checks_and_are_escaped():
    page = render_to_string("grading/_checks.html", {"reading": verdicts.read(VERDICT), "score": 0.75})
    assert "Notes on the code, which move no score (1)" in page
    assert "print on line 2 was left in &lt;b&gt;." in page


def test_a_verdict_of_before_there_were_notes_shows_none():
    reading = verdicts.read({key: value for key, value in VERDICT.items() if key != "notes"})
    assert reading.notes == []
    assert "Notes on the code" not in render_to_string("grading/_checks.html", {"reading": reading, "score": 0.75})
