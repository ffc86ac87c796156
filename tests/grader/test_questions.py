import pytest

from grader.questions import QuestionError, read_question, realise, request_for

HEAD = 'title = "Log of a probability"\nkind = "numeric"\n'
SPEC = '[numeric]\nanswer = "ln(2)"\nrtol = 1e-3\natol = 0\n'


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "log-of-p"
    path.mkdir()
    (path / "question.toml").write_text(HEAD)
    (path / "spec.toml").write_text(SPEC)
    return path


def problems(folder):
    with pytest.raises(QuestionError) as caught:
        read_question(folder)
    return list(caught.value.problems)


def test_two_files_are_enough(folder):
    question = read_question(folder)
    assert (question.slug, question.title, question.kind) == ("log-of-p", "Log of a probability", "numeric")
    assert (question.level, question.points, question.language, question.variants) == ("apply", 1.0, "en", ())
    assert question.spec == {"numeric": {"answer": "ln(2)", "rtol": 1e-3, "atol": 0}}


def test_everything_in_the_folder_is_read(folder):
    (folder / "question.toml").write_text(
        HEAD + 'topics = ["binary"]\nlevel = "recall"\nminutes = 3\npoints = 2\ntags = ["log"]\n'
        'licence = "CC-BY-4.0"\nsource = "own"\n[[variants]]\np = 0.5\n[[variants]]\np = 0.25\n'
    )
    (folder / "spec.toml").write_text('[numeric]\nanswer = "-ln(@{p})"\nrtol = 1e-3\natol = 0\n')
    (folder / "statement.md").write_text("What is $-\\ln @{p}$?\r\n")
    (folder / "explanation.md").write_text("Minus the log.")
    for side, name, text in (
        ("correct", "plain.txt", "-ln(@)"),
        ("wrong", "sign.txt", "# expects: S1, correctness\nln(0.5)\n"),
    ):
        (folder / "solutions" / side).mkdir(parents=True)
        (folder / "solutions" / side / name).write_text(text)
    question = read_question(folder)
    assert (question.topics, question.minutes, question.points) == (("binary",), 3, 2)
    assert question.statement == "What is $-\\ln @{p}$?\n"
    assert question.parameters(1) == {"p": 0.25}
    assert [(s.name, s.text, s.expects) for s in question.solutions_correct] == [("plain.txt", "-ln(@)", ())]
    assert [(s.name, s.text, s.expects) for s in question.solutions_wrong] == [
        ("sign.txt", "ln(0.5)\n", ("S1", "correctness"))
    ]
    request = request_for(question, "1.386", seed=7, variant=1)
    assert (request.spec["numeric"]["answer"], request.seed, request.mode) == ("-ln(0.25)", 7, "full")


def test_a_missing_folder_says_so(tmp_path):
    assert problems(tmp_path / "none") == ["expected a folder with question.toml and spec.toml, found none"]


def test_every_problem_is_listed_at_once(folder):
    (folder / "question.toml").write_text('kind = "numerical"\nlevel = "easy"\nminutes = 0\npionts = 2\n')
    (folder / "spec.toml").write_text("[numeric\n")
    (folder / "statement.md").write_bytes(b"\xff")
    assert problems(folder) == [
        "spec.toml: not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 9)",
        "question.toml: pionts: not known; did you mean points?",
        "question.toml: title: expected the title's text, got nothing",
        (
            "question.toml: kind: expected one of choice, numeric, ordering, matching, derivation, coding, lab, "
            "written, got 'numerical'"
        ),
        "question.toml: level: expected one of recall, apply, judge, got 'easy'",
        "question.toml: minutes: expected a number of minutes above 0, got 0",
        (
            "statement.md: cannot be read as UTF-8 text: 'utf-8' codec can't decode byte 0xff in position 0: "
            "invalid start byte"
        ),
    ]


def test_a_place_without_a_parameter_is_a_problem_of_its_file(folder):
    (folder / "statement.md").write_text("At @{x}")
    assert problems(folder) == [
        "statement.md: @{x} is not a parameter of the variant; known: none: the question has no [[variants]]"
    ]


def test_variants_need_the_same_names(folder):
    (folder / "question.toml").write_text(HEAD + "[[variants]]\np = 0.5\n[[variants]]\nq = 0.5\n")
    assert problems(folder) == ["question.toml: variants: every variant needs the same names"]


def test_the_spec_of_each_variant_is_checked(folder):
    (folder / "question.toml").write_text(HEAD + "[[variants]]\np = 0.5\n[[variants]]\np = 0\n")
    (folder / "spec.toml").write_text('[numeric]\nanswer = "ln(@{p})"\n')
    assert problems(folder) == [
        "spec.toml: numeric.answer: the expression has no finite value: math domain error (variant 1)"
    ]


def test_a_wrong_solution_has_to_say_what_catches_it(folder):
    (folder / "solutions" / "wrong").mkdir(parents=True)
    (folder / "solutions" / "wrong" / "a.txt").write_text("1")
    assert problems(folder) == ["solutions/wrong/a.txt: line 1: expected `# expects: CHECK or CODE`, got '1'"]


def test_limits_of_the_spec_reach_the_request(folder):
    (folder / "spec.toml").write_text(SPEC + "[limits]\ncase_seconds = 0.5\n")
    request = request_for(read_question(folder), "1", seed=1)
    assert (request.limits.case_seconds, request.limits.total_seconds) == (0.5, 10.0)


def test_a_misspelt_limit_is_a_problem(folder):
    (folder / "spec.toml").write_text(SPEC + "[limits]\ncase_second = 0.5\n")
    assert problems(folder) == ["spec.toml: limits.case_second: not known; did you mean case_seconds?"]


@pytest.mark.parametrize(
    ("template", "realised"),
    [
        ("@{a}", -3),
        ("x^2 + @{a}*y", "x^2 + (-3)*y"),
        ("@{a}^2", "(-3)^2"),
        ("the value @{a}.", "the value -3."),
        ("@{b} and @{b}", "0.5 and 0.5"),
        (["@{b}", {"k": "@{a}"}], [0.5, {"k": -3}]),
        (7, 7),
    ],
)
def test_places_are_filled_all_the_way_down(template, realised):
    assert realise(template, {"a": -3, "b": 0.5}) == realised
