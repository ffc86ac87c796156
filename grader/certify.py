"""Certification: right answers pass, wrong ones fail for the declared reason, named mistakes are killed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import grader as package
from grader.contract import GradeRequest, Limits
from grader.kinds.specs import DRAWN, BrokenQuestion, is_code, options_of
from grader.lints import lints
from grader.questions import QuestionFolder, Solution, realise, request_for
from grader.scoring import CORRECTNESS
from grader.two_ways import disagreements
from grader.variants import health
from grader.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from grader.grading import Grader

DEFAULT_SEEDS = range(5)
# The kill matrix costs most and differs least from seed to seed.
_MATRIX_SEEDS = 3
# What a right answer may take of the time that answers have: candidates' machines are ours, on a busy day.
_SHARE_OF_LIMIT = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """One solution that was graded on one variant; over several seeds, the first that went wrong, else the first."""

    solution: str
    expects: tuple[str, ...]
    variant: int
    seed: int
    outcome: str
    score: float | None
    named: tuple[str, ...]
    problem: str = ""
    seconds: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Kill:
    """One named mistake, tried on the cases of one variant.

    `result` is "named" (it fails and is called by its code), "alias" (it fails, and another mistake gives the same
    numbers), "unobservable" (it gives the right numbers here), "unnamed" or "survives".
    """

    code: str
    name: str
    stage: str
    variant: int
    result: str


@dataclasses.dataclass(frozen=True, slots=True)
class Certification:
    """What certification saw. `problems` empty means that the question may be published.

    `two_ways` is how many numbers that it holds to be right were computed a second way.
    """

    slug: str
    spec_hashes: tuple[str, ...]
    versions: Mapping[str, str]
    seeds: tuple[int, ...]
    trials: tuple[Trial, ...]
    kills: tuple[Kill, ...]
    problems: tuple[str, ...]
    two_ways: int = 0

    @property
    def publishable(self) -> bool:
        """Whether nothing stands against publishing."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**dataclasses.asdict(self), "publishable": self.publishable}

    def readable(self) -> str:
        """Lines for a person: what stands against it, and the kill matrix."""
        killed = sum(kill.result in {"named", "alias"} for kill in self.kills)
        tried = (
            f"{len(self.trials)} solutions, {killed} of {len(self.kills)} mistakes caught, {len(self.seeds)} seeds, "
            f"{self.two_ways} numbers computed two ways"
        )
        verdict = "certified" if self.publishable else "may not be published"
        lines = [f"{self.slug}: {verdict} ({tried})", *(f"  {line}" for line in self.problems)]
        return "\n".join([*lines, *self._matrix()])

    def _matrix(self) -> list[str]:
        """Give one line a mistake: what becomes of it, on which variants."""
        rows: dict[tuple[str, str, str], dict[str, list[int]]] = {}
        for kill in self.kills:
            row = rows.setdefault((kill.code, kill.name, kill.stage), {})
            row.setdefault(kill.result, []).append(kill.variant)
        many = len(self.spec_hashes) > 1
        return [
            f"    {code:<4} {name:<44} {stage:<9} "
            + "; ".join(f"{r} (variant {', '.join(map(str, on))})" if many else r for r, on in results.items())
            for (code, name, stage), results in rows.items()
        ]


def certify(
    question: QuestionFolder,
    grader: Grader,
    seeds: Sequence[int] = DEFAULT_SEEDS,
    told: Callable[[str], None] = lambda _: None,
) -> Certification:
    """Try a question out on every variant.

    Parameters
    ----------
    question : as read from its folder.
    grader : decides the answers.
    seeds : of the hidden cases; kinds that draw none are tried once.
    told : hears in words, again and again, how far it is.

    Raises
    ------
    SandboxUnavailable : if no candidate's code can be run here.
    """
    import lossref

    seeds = tuple(seeds) if question.kind in DRAWN else tuple(seeds)[:1]
    trials: list[Trial] = []
    kills: list[Kill] = []
    hashes: list[str] = []
    problems: list[str] = _twins(question)
    two_ways = 0
    count = max(1, len(question.variants))
    for variant in range(count):
        said = _placed(told, f"variant {variant + 1} of {count}, " if count > 1 else "")
        request = request_for(question, "", 0, variant)
        hashes.append(request.spec_hash)
        problems += lints(question, variant)
        problems += [f"variant {variant}: {sentence}" for sentence in health(question, question.parameters(variant))]
        compared, differing = disagreements(question.kind, request.spec)
        two_ways += compared
        problems += [f"variant {variant}: {sentence}" for sentence in differing]
        try:
            trials += _trials(question, grader, variant, seeds, said)
            for kill in _kills(request, seeds[:_MATRIX_SEEDS], grader, variant):
                kills.append(kill)
                said(f"mistake {kill.code}")
        except BrokenQuestion as error:
            problems.append(f"variant {variant}: {error}")
    problems += [f"{t.solution} (variant {t.variant}, seed {t.seed}): {t.problem}" for t in trials if t.problem]
    problems += [
        f"mistake {k.code} {k.name} (variant {k.variant}): {_WHY[k.result]}" for k in kills if k.result in _WHY
    ]
    versions = {"grader": package.__version__, "lossref": lossref.__version__}
    return Certification(
        question.slug, tuple(hashes), versions, seeds, tuple(trials), tuple(kills), tuple(dict.fromkeys(problems)),
        two_ways,
    )  # fmt: skip


def _placed(told: Callable[[str], None], where: str) -> Callable[[str], None]:
    return lambda words: told(where + words)


def _twins(question: QuestionFolder) -> list[str]:
    """Name the variants that are the same question twice, whatever their parameters."""
    asked = [[realise(part, row) for part in (question.statement, question.spec)] for row in question.variants]
    rows = [json.dumps(parts, sort_keys=True) for parts in asked]
    firsts = {row: rows.index(row) for row in rows}
    return [f"variant {i} is variant {firsts[row]} again" for i, row in enumerate(rows) if firsts[row] != i]


_WHY = {"survives": "is graded as right", "unnamed": "fails, but is not told apart from other wrong answers"}


def _trials(
    question: QuestionFolder, grader: Grader, variant: int, seeds: Sequence[int], told: Callable[[str], None]
) -> Iterator[Trial]:
    parameters = question.parameters(variant)
    spec = realise(question.spec, parameters)
    code = is_code(question.kind, spec)
    keys = [Solution("the key", answer) for answer in _keys(question.kind, spec)]
    right = [*keys, *_made(question.kind, spec, "right"), *question.solutions_correct]
    wrong = [
        *_wrong_choices(question.kind, spec),
        *_made(question.kind, spec, "wrong"),
        *(_guesses(question.kind, spec) if question.variants else ()),
        *question.solutions_wrong,
    ]
    solutions = [*right, *wrong]
    for number, solution in enumerate(solutions, start=1):
        text = solution.text if code else realise(solution.text, parameters)
        wanted = solution in wrong
        tried = []
        for seed in seeds:
            told(f"solution {number} of {len(solutions)} on seed {seed}")
            request = request_for(question, str(text), seed, variant)
            tried.append(_trial(solution, variant, request, _decide(solution, request, grader), wrong=wanted))
        yield next((trial for trial in tried if trial.problem), tried[0])


def _decide(solution: Solution, request: GradeRequest, grader: Grader) -> Verdict:
    if not solution.made:
        return grader.decide(request)
    from grader.kinds.derivation.trials import verdict_on

    return verdict_on(request)


def _trial(solution: Solution, variant: int, request: GradeRequest, verdict: Verdict, *, wrong: bool) -> Trial:
    named = tuple(
        dict.fromkeys([*(f.code for f in verdict.findings), *(c.name for c in verdict.checks if not c.passed)])
    )
    seconds = float(verdict.timing.get("run_seconds", 0.0))
    slow = _slow(seconds, request.limits) if request.kind == "coding" else ""
    blamed = "" if wrong else _blamed(solution, verdict) or slow
    problem = _missed(solution, verdict, named) if wrong else blamed
    outcome = str(verdict.outcome)
    return Trial(
        solution.name, solution.expects, variant, request.seed, outcome, verdict.score, named, problem, seconds
    )


def _slow(seconds: float, limits: Limits) -> str:
    allowed = _SHARE_OF_LIMIT * limits.total_seconds
    if seconds <= allowed:
        return ""
    return f"takes {seconds:.2g} s of the {limits.total_seconds:g} s that an answer has; at most {allowed:g} s are safe"


def _blamed(solution: Solution, verdict: Verdict) -> str:
    # What was made by rule is decided by machine, or the machine is not ready for this question.
    waits = verdict.outcome is Outcome.PENDING_REVIEW and not solution.made
    if verdict.outcome is Outcome.CORRECT or waits:
        return ""
    said = " ".join(check.message for check in verdict.checks if not check.passed)
    return f"a correct solution is graded {verdict.outcome}: {said}"


def _missed(solution: Solution, verdict: Verdict, named: Sequence[str]) -> str:
    if verdict.outcome is Outcome.CORRECT:
        return "a wrong solution is graded correct"
    missing = [word for word in solution.expects if word not in {*named, str(verdict.outcome)}]
    if not missing:
        return ""
    return f"expected {', '.join(missing)} to catch it; it was {verdict.outcome} by {', '.join(named) or 'nothing'}"


def _keys(kind: str, spec: Mapping[str, Any]) -> list[str]:
    """Give the answers that the spec itself holds to be right."""
    make = _KEYS.get(kind)
    return make(spec[kind]) if make else []


def _wrong_choices(kind: str, spec: Mapping[str, Any]) -> list[Solution]:
    """Give the options of a lab that are not said to be right: what they train has to show it, on every seed."""
    if kind != "lab":
        return []
    options = options_of(kind, spec)
    return [
        Solution(f"option {index + 1}", json.dumps([index]), (CORRECTNESS,))
        for index, option in enumerate(options)
        if not option.get("right", False)
    ]


def _made(kind: str, spec: Mapping[str, Any], side: Literal["right", "wrong"]) -> list[Solution]:
    """Make answers to a derivation by rule: equal forms of its key, and slips in it."""
    if kind != "derivation":
        return []
    from grader.kinds.derivation.trials import right_answers, wrong_answers

    answers = (right_answers if side == "right" else wrong_answers)(spec[kind])
    return [Solution(answer.name, answer.text, answer.expects, made=True) for answer in answers]


def _guesses(kind: str, spec: Mapping[str, Any]) -> list[Solution]:
    """Give what somebody answers who derives nothing: a variant whose numbers make it right asks nothing."""
    if kind != "derivation" or spec[kind].get("steps", False):
        return []
    return [Solution(f"the guess {guess}", guess, made=True) for guess in ("0", "1", "-1")]


def _keys_of_lab(table: Mapping[str, Any]) -> list[str]:
    return [json.dumps([index]) for index, option in enumerate(table.get("choice", ())) if option.get("right", False)]


def _keys_of_choice(table: Mapping[str, Any]) -> list[str]:
    shares = [float(option.get("credit", 0)) for option in table["options"]]
    if table.get("multiple", False):
        return [json.dumps([index for index, share in enumerate(shares) if share > 0])]
    return [json.dumps([shares.index(max(shares))])]


def _keys_of_number(table: Mapping[str, Any]) -> list[str]:
    from grader.kinds.numeric import key_of

    return [repr(key_of(table))]


_KEYS: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "choice": _keys_of_choice,
    "numeric": _keys_of_number,
    "ordering": lambda table: [json.dumps(list(range(len(table["items"]))))],
    "matching": lambda table: [json.dumps(list(range(len(table["pairs"]))))],
    "lab": _keys_of_lab,
}


def _kills(request: GradeRequest, seeds: Sequence[int], grader: Grader, variant: int) -> Iterator[Kill]:
    if request.kind != "coding":
        return
    from grader.kill_matrix import results

    for mistake, result in results(request, seeds, grader.sandboxes):
        yield Kill(mistake.code, mistake.name, mistake.stage, variant, result)
