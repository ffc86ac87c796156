"""One answer: is its gradient right, does it train, and what does the trained model come to on held-out data."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import time
from typing import TYPE_CHECKING

import numpy as np

from grader.contract import GradeRequest
from grader.kinds.coding.checks import ended_by, limit_message
from grader.kinds.lab.answers import AnswerLoss, Ended
from grader.kinds.lab.curves import evidence, record
from grader.kinds.lab.printed import sample_case
from grader.kinds.lab.probes import Probed, probe
from grader.kinds.lab.task import Lab, read_lab
from grader.kinds.specs import indices
from grader.lab import Diagnosis, Malformed, Run, diagnose, train
from grader.lab.diagnosis import Shares, shares
from grader.sandbox import Job
from grader.sandbox.jobs import PRECEDENCE
from grader.scoring import CORRECTNESS, failed, not_reached, passed, rejected, settle
from grader.verdict import Check, Finding, Outcome, SampleCase, Verdict

if TYPE_CHECKING:
    from grader.grading import Sandboxes
    from grader.lab.data import Data

# The data of a run of the sample: the same for everybody, and no attempt's.
SAMPLE_SEED = 20_000_000_001
_MAX_LABS = 64
# What a diagnosis says of who handed the answer in, for those who read the report.
_OF_THE_CANDIDATE = {
    "diverged": "What was handed in makes training diverge: its scale, its sign or its step does not fit the loop.",
    "plateau": "What was handed in hardly trains: where training starts, its gradient is too short or wrong.",
    "overfit": "What was handed in lets the model learn its training rows by heart, mistakes among them.",
    "off_target": "What was handed in trains well, and aims at another quantity than the one that the task counts.",
}
_labs: dict[str, Lab] = {}


@dataclasses.dataclass(frozen=True, slots=True)
class Trained:
    """A run beside the reference run, and what to make of it."""

    run: Run
    reference: Run
    reached: Shares
    found: Diagnosis


def grade(request: GradeRequest, sandboxes: Sandboxes) -> Verdict:
    """Grade one answer; the same request gives the same verdict."""
    started = time.perf_counter()
    lab = _lab_of(request)
    seed = SAMPLE_SEED if request.mode == "sample" else request.seed
    verdict = _chosen(lab, request, seed) if lab.choices else _conversed(lab, request, sandboxes, seed)
    return dataclasses.replace(verdict, timing={"run_seconds": time.perf_counter() - started})


def _lab_of(request: GradeRequest) -> Lab:
    """Give the lab of this spec; the same spec is read once."""
    name = request.spec_hash
    if name not in _labs:
        if len(_labs) >= _MAX_LABS:
            _labs.clear()
            _own_run.cache_clear()
        _labs[name] = read_lab(request.spec)
    return _labs[name]


@functools.lru_cache(maxsize=256)
def _own_run(name: str, seed: int, choice: int) -> tuple[Data, Run]:
    """Give the data of a seed and what an option of ours trains on them; −1 is the reference."""
    lab = _labs[name]
    data = lab.scenario.drawn(np.random.default_rng([seed, 1]), lab.knobs)
    loss, settings = (lab.reference, lab.settings) if choice < 0 else lab.choices[choice].training
    return data, train(lab.scenario, data, loss, settings, seed=seed)


def _conversed(lab: Lab, request: GradeRequest, sandboxes: Sandboxes, seed: int) -> Verdict:
    job = Job(
        source=request.answer,
        function=lab.function,
        calls=(),
        limits=request.limits,
        entropy=hashlib.sha256(str(seed).encode()).digest(),
        arity_check=len(lab.parameters),
    )
    with sandboxes.get("numpy").converse(job) as dialogue:
        if dialogue.rejected is not None:
            return settle(_unreached(lab, dialogue.rejected), fault=Outcome.REJECTED)
        try:
            return _written(lab, AnswerLoss(dialogue), request, seed)
        except Ended as ended:
            return _fault(lab, ended, request)


def _written(lab: Lab, loss: AnswerLoss, request: GradeRequest, seed: int) -> Verdict:
    """Judge a function: the gradient first, then what it trains."""
    data, reference = _own_run(request.spec_hash, seed, -1)
    samples: tuple[SampleCase, ...] = ()
    if request.mode == "sample":
        samples = (sample_case(lab, data, loss),)
        probed = Probed(_of_sample(lab, samples[0]))
    else:
        probed = probe(lab, data, loss, seed, request.answer)
    try:
        run = train(lab.scenario, data, loss, lab.settings, seed=seed)
        trained = _beside(lab, run, reference, loss(data.train.targets, reference.predictions)[0])
    except Malformed as reason:
        check = probed.check
        if check.passed:
            check = failed(CORRECTNESS, check.weight, f"In training: {reason}.")
        return settle([check, *_unreached(lab)[1:]], probed.findings, samples=samples)
    checks = [probed.check, *_checks(lab, trained)]
    if not probed.check.passed:
        checks[1:] = [
            not_reached(c.name, c.weight, f"Earns only with a right gradient. {c.message}") for c in checks[1:]
        ]
    findings = (*probed.findings, *_diagnosed(trained, checks))
    return _with_record(settle(checks, findings, samples=samples), lab, trained)


def _of_sample(lab: Lab, case: SampleCase) -> Check:
    weight = lab.weights[CORRECTNESS]
    if case.passed:
        return passed(CORRECTNESS, weight, "Value and gradient are right on the printed batch.")
    return failed(CORRECTNESS, weight, case.message)


def _chosen(lab: Lab, request: GradeRequest, seed: int) -> Verdict:
    """Judge a choice by what the chosen loss trains."""
    picked = indices(request.answer, len(lab.choices))
    if isinstance(picked, str):
        return rejected(picked)
    if len(picked) != 1:
        return rejected(f"expected exactly one option, got {len(picked)}")
    choice = lab.choices[picked[0]]
    data, reference = _own_run(request.spec_hash, seed, -1)
    _, run = _own_run(request.spec_hash, seed, picked[0])
    trained = _beside(lab, run, reference, choice.loss(data.train.targets, reference.predictions)[0])
    checks = _checks(lab, trained)
    decide = passed if all(check.passed for check in checks) else failed
    # The option is right or wrong as a whole; the two checks say why.
    informing = [dataclasses.replace(check, weight=0.0) for check in checks]
    all_checks = [decide(CORRECTNESS, 1, choice.feedback or trained.found.sentence), *informing]
    return _with_record(settle(all_checks, tuple(_diagnosed(trained, checks))), lab, trained)


def _beside(lab: Lab, run: Run, reference: Run, there: float) -> Trained:
    """Hold a run against the reference run; `there` is the run's own loss of where the reference run ended."""
    reached = shares(run, reference, there, lab.scenario.metric)
    asked = lab.thresholds
    found = diagnose(run, reached, training_needed=asked.convergence, metric_needed=asked.held_out)
    return Trained(run, reference, reached, found)


def _checks(lab: Lab, trained: Trained) -> list[Check]:
    converged = trained.found.code not in {"diverged", "plateau"}
    said = trained.found.sentence if not converged else f"The training loss fell to {trained.run.losses[-1]:.4g}."
    held = trained.reached.metric >= lab.thresholds.held_out
    metric = lab.scenario.metric
    before, after = trained.run.metric
    told = (
        f"Held-out {metric.words}: {before:.4g} at the start, {after:.4g} at the end; the reference run comes to "
        f"{trained.reference.metric[1]:.4g}, and {100 * lab.thresholds.held_out:.0f} % of its gain are asked."
    )
    return [
        (passed if converged else failed)("convergence", lab.weights.get("convergence", 0.0), said),
        (passed if held else failed)("held_out", lab.weights.get("held_out", 0.0), told),
    ]


def _diagnosed(trained: Trained, checks: list[Check]) -> list[Finding]:
    """Name what went wrong in training; where all went well there is nothing to name."""
    found = trained.found
    if found.code == "fine" or all(check.passed for check in checks):
        return []
    return [Finding(found.code, found.name, found.sentence, evidence(found), _OF_THE_CANDIDATE[found.code])]


def _with_record(verdict: Verdict, lab: Lab, trained: Trained) -> Verdict:
    kept = record(lab, trained.run, trained.reference, trained.reached, trained.found)
    return dataclasses.replace(verdict, training=kept)


def _fault(lab: Lab, ended: Ended, request: GradeRequest) -> Verdict:
    status = ended.outcome.status
    fault = Outcome(status) if status in PRECEDENCE else Outcome.RUNTIME_ERROR
    if status == "exception":
        # On the sample data everything is public, the text of an exception too.
        raised = ended.outcome.exception
        text = f": {raised.text}" if request.mode == "sample" and raised is not None and raised.text else ""
        message = f"{ended_by(ended.outcome)}{text} (at call {ended.calls} of the function)"
    else:
        message = limit_message(fault, request.limits)
    return settle(_unreached(lab, message), fault=fault)


def _unreached(lab: Lab, message: str = "") -> list[Check]:
    return [not_reached(name, weight, message if name == CORRECTNESS else "") for name, weight in lab.weights.items()]
