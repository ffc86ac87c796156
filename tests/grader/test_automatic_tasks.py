"""One line of spec is a whole certified task: every name of the catalogue, with an answer as one writes it."""

import ast
import json
from pathlib import Path

import pytest

import lossref
from grader.certify import certify
from grader.questions import read_question

REFERENCES = Path(__file__).parent / "references"


def sources():
    """Text of the file that answers each task, by name and by what it gives."""
    found = {}
    for path in REFERENCES.glob("*.py"):
        text = path.read_text()
        gives = "gradient" if path.name.startswith("gradients") else "value"
        functions = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        found |= {(name, gives): text for name in functions if not name.startswith("_")}
    return found


SOURCES = sources()
NAMES = lossref.names()
SLOPED = [name for name in NAMES if lossref.get(name).slopes]


@pytest.fixture
def automatic(tmp_path):
    """Write the folder of a task that says no more than what it must, and read it."""

    def write(name, gives, parameters):
        table = {"function": name, "parameters": parameters, "reference": name}
        lines = [f"{key} = {json.dumps(value)}" for key, value in table.items()]
        lines += ['gives = "gradient"'] if gives == "gradient" else []
        right = tmp_path / "solutions" / "correct"
        right.mkdir(parents=True)
        (tmp_path / "question.toml").write_text('title = "T"\nkind = "coding"\n')
        (tmp_path / "spec.toml").write_text("\n".join(["[coding]", *lines, ""]))
        (right / "plain.py").write_text(SOURCES[name, gives])
        return read_question(tmp_path)

    return write


def arrays(name):
    return [p.name for p in lossref.get(name).parameters if p.role != "hyper"]


@pytest.mark.parametrize("name", NAMES)
def test_a_value_is_certified_from_its_name(name, automatic, grader):
    report = certify(automatic(name, "value", arrays(name)), grader, seeds=[0])
    assert report.problems == ()
    assert {trial.outcome for trial in report.trials} == {"correct"}


@pytest.mark.parametrize("name", SLOPED)
def test_a_gradient_is_certified_from_its_name(name, automatic, grader):
    report = certify(automatic(name, "gradient", arrays(name)), grader, seeds=[0])
    assert report.problems == ()
    assert {trial.outcome for trial in report.trials} == {"correct"}


@pytest.mark.parametrize("name", [name for name in NAMES if lossref.get(name).hypers])
def test_hyper_parameters_that_the_function_takes_are_drawn(name, automatic, grader):
    parameters = list(lossref.get(name).parameter_names)
    gives = "gradient" if name in SLOPED else "value"
    report = certify(automatic(name, gives, parameters), grader, seeds=[1])
    assert report.problems == ()
