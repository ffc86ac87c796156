"""Rules of form that a newcomer would ask about: they fail here, with the reason, instead of standing in a document."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {
    "manage.py", "pyproject.toml", "README.md", "assessments", "grader", "lossref", "templates", "tests",
    "Makefile", "constraints.txt", "CONTRIBUTING.md", "LICENSE", "Dockerfile", "compose.yaml", ".ci", ".gitignore",
}  # fmt: skip


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listing.stdout.splitlines() if (ROOT / line).is_file()]


def sources() -> list[Path]:
    """Python that was written to be read: no migrations, no question's solutions, no attacks on the sandbox."""
    left_out = {"migrations", "content", "cases"}
    return [path for path in tracked("*.py") if left_out.isdisjoint(path.parts)]


def test_the_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} - TOP_LEVEL == set()


def test_no_file_passes_400_lines_because_a_room_is_read_at_one_sitting() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}


def test_no_function_passes_60_lines_because_it_should_fit_a_screen() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": (node.end_lineno or 0) - node.lineno
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 60
    }
    assert long == {}


def test_templates_hold_nothing_inline_because_the_policy_allows_no_inline_script_or_style() -> None:
    forbidden = (" style=", "<style", " onclick=", " onchange=", " onsubmit=", "javascript:")
    pages = tracked("templates/*.html", "templates/**/*.html")
    assert [path.name for path in pages if any(mark in path.read_text() for mark in forbidden)] == []
    assert [path.name for path in pages if "<script>" in path.read_text()] == []
