"""Right, wrong and hostile answers to the questions of the bank, found by their titles."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable

from assessments.bank.management import CONTENT, question_folders
from grader.questions import QuestionFolder, Solution, read_question, realise

SCRIPT = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"
# Python that a reader of formulas must never run.
CODE_AS_FORMULA = "__import__('os').system('id')"


@functools.cache
def bank() -> dict[str, QuestionFolder]:
    return {question.title: question for question in map(read_question, question_folders(CONTENT))}


def right(title: str, statement: str) -> str:
    """Give a correct answer to the question as it stands on the page."""
    question = bank()[title]
    return _text(question, question.solutions_correct[0], statement)


def wrong(title: str, statement: str) -> tuple[str, str]:
    """Give a wrong answer and the code of the mistake that must be found in it ("" where it has no name)."""
    question = bank()[title]
    by_name = sorted(question.solutions_wrong, key=lambda each: not _code(each.expects))
    return _text(question, by_name[0], statement), _code(by_name[0].expects)


def endless_forks(title: str, marker: str) -> str:
    """Give code that writes to the disk, calls a shell and forks for ever."""
    body = f"""
    import os
    try:
        open({marker!r}, "w").write("owned")
    except OSError:
        pass
    os.system("touch {marker}")
    while True:
        os.fork()
"""
    return _signature(title) + body


def endless_loop(title: str) -> str:
    return _signature(title) + "\n    while True:\n        pass\n"


def _signature(title: str) -> str:
    coding = bank()[title].spec["coding"]
    return f"def {coding['function']}({', '.join(coding['parameters'])}):"


def _text(question: QuestionFolder, solution: Solution, statement: str) -> str:
    if question.kind == "coding":
        # Its first line tells certification what must catch it.
        return re.sub(r"\A# expects:.*\n", "", solution.text)
    return str(realise(solution.text, question.parameters(_variant(question, statement))))


def _variant(question: QuestionFolder, statement: str) -> int:
    """Tell which variant a candidate got, by the numbers on the page."""
    shown = _numbers(statement)

    def missing(number: int) -> int:
        return (_numbers(str(realise(question.statement, question.parameters(number)))) - shown).total()

    return min(range(max(1, len(question.variants))), key=missing)


def _numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+(?:\.\d+)?", text))


def _code(expects: Iterable[str]) -> str:
    return next((word for word in expects if re.fullmatch(r"[A-Z]\d+", word)), "")
