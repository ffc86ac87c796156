from __future__ import annotations

import pytest

from assessments.bank.exchange import qti
from assessments.bank.exchange.report import Defaults, Item, lines
from assessments.bank.models import Kind
from grader.questions import QuestionFolder
from tests.bank import a_question

NAMESPACES = {
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
}
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"


def an_item(body: str, declared: str = "", processing: str = "", after: str = "", more: str = "") -> str:
    return (
        f'<assessmentItem xmlns="{NAMESPACES["2.2"]}" identifier="i" title="A title" adaptive="false" {more}>\n'
        f"{declared}<itemBody>{body}</itemBody>{processing}{after}</assessmentItem>"
    )


def declared(base: str, cardinality: str, *correct: str, mapping: str = "") -> str:
    values = "".join(f"<value>{value}</value>" for value in correct)
    held = f"<correctResponse>{values}</correctResponse>" if correct else ""
    names = f'identifier="R" cardinality="{cardinality}" baseType="{base}"'
    return f"<responseDeclaration {names}>{held}{mapping}</responseDeclaration>"


def template(name: str) -> str:
    return f'<responseProcessing template="{TEMPLATES}/{name}"/>'


def choices(shuffle: str = "true", most: int = 1, **texts: str) -> str:
    rows = "".join(f'<simpleChoice identifier="{name}">{text}</simpleChoice>' for name, text in texts.items())
    names = f'responseIdentifier="R" shuffle="{shuffle}" maxChoices="{most}"'
    return f"<p>Say.</p><choiceInteraction {names}><prompt>Which?</prompt>{rows}</choiceInteraction>"


def mapping(**worth: float) -> str:
    rows = "".join(
        f'<mapEntry mapKey="{key.replace("_", " ")}" mappedValue="{value}"/>' for key, value in worth.items()
    )
    return f'<mapping defaultValue="0">{rows}</mapping>'


def read(text: str, **files: str) -> list[Item]:
    held = {"item.xml": text} | {f"{name}.xml": content for name, content in files.items()}
    found = qti.read({name: content.encode() for name, content in held.items()}, Defaults())
    return [item for item in found if not item.whole]


def one(text: str) -> QuestionFolder:
    (item,) = read(text)
    assert item.question is not None, [str(line) for line in item.lines()]
    return item.question


def told(text: str) -> list[tuple[str, str]]:
    return [(str(line.fate), line.came) for item in read(text) for line in item.lines() if line.came]


def in_version_3(text: str) -> str:
    """Spell an item as QTI 3.0 does."""
    import re

    def name(match: re.Match[str]) -> str:
        own = match.group(2)
        plain = own in {"p", "b", "i", "div", "span"}
        return match.group(1) + (own if plain else "qti-" + re.sub("([A-Z])", r"-\1", own).lower())

    text = re.sub(r"(</?)([A-Za-z]+)", name, text.replace(NAMESPACES["2.2"], NAMESPACES["3.0"]))
    return re.sub(r' ([a-z]+[A-Z]\w*)="', lambda m: " " + re.sub("([A-Z])", r"-\1", m.group(1)).lower() + '="', text)


SINGLE = an_item(choices(A="<b>a</b>", B="b"), declared("identifier", "single", "A"), template("match_correct"))


@pytest.mark.parametrize("version", NAMESPACES)
def test_a_choice_is_read_in_every_version(version: str) -> None:
    text = in_version_3(SINGLE) if version == "3.0" else SINGLE.replace(NAMESPACES["2.2"], NAMESPACES[version])
    question = one(text)
    assert (question.title, question.statement) == ("A title", "Say.\n\nWhich?\n")
    assert question.spec["choice"] == {
        "multiple": False,
        "options": [{"text": "**a**", "credit": 1}, {"text": "b", "credit": 0}],
    }


def test_a_mapping_gives_the_shares_of_several_answers() -> None:
    body = choices("false", 0, A="a", B="b", C="c")
    worth = mapping(A=1, B=1, C=-2)
    question = one(an_item(body, declared("identifier", "multiple", "A", "B", mapping=worth), template("map_response")))
    assert question.spec["choice"]["shuffle"] is False
    assert [row["credit"] for row in question.spec["choice"]["options"]] == [0.5, 0.5, -1]
    matched = an_item(body, declared("identifier", "multiple", "A", "B"), template("match_correct"))
    assert told(matched) == [("changed", "all or nothing")]
    assert [row["credit"] for row in one(matched).spec["choice"]["options"]] == [1, 1, 0]


def test_feedback_within_a_choice_and_after_the_item() -> None:
    inline = 'b<feedbackInline outcomeIdentifier="F" identifier="B" showHide="show">No.</feedbackInline>'
    after = "".join(
        f'<modalFeedback outcomeIdentifier="F" identifier="{name}" showHide="show"><p>{name}!</p></modalFeedback>'
        for name in ("A", "explanation", "correct")
    )
    text = an_item(choices(A="a", B=inline), declared("identifier", "single", "A"), template("match_correct"), after)
    question = one(text)
    assert [(row["text"], row["feedback"]) for row in question.spec["choice"]["options"]] == [("a", "A!"), ("b", "No.")]
    assert question.explanation == "explanation!\n"
    assert told(text) == [("changed", "feedback by outcome: correct")]


def order(*names: str) -> str:
    rows = "".join(f'<simpleChoice identifier="{name}">item {name}</simpleChoice>' for name in sorted(names))
    return f'<orderInteraction responseIdentifier="R"><prompt>Order.</prompt>{rows}</orderInteraction>'


def test_an_order_stands_as_its_key() -> None:
    text = an_item(order("A", "B", "C"), declared("identifier", "ordered", "C", "A", "B"), template("match_correct"))
    assert one(text).spec["ordering"]["items"] == ["item C", "item A", "item B"]
    assert told(text) == [("changed", "all or nothing")]
    assert told(text.replace("<value>C</value>", "")) == [("left out", "2 places of 3 items")]


def sets(left: str, right: str, kind: str = "simpleMatchSet") -> str:
    def held(names: str) -> str:
        rows = "".join(
            f'<simpleAssociableChoice identifier="{name}" matchMax="1">{name}</simpleAssociableChoice>'
            for name in names
        )
        return f"<{kind}>{rows}</{kind}>"

    return f'<p>Match.</p><matchInteraction responseIdentifier="R">{held(left)}{held(right)}</matchInteraction>'


def test_matching_pairs_each_item_with_a_partner_of_its_own() -> None:
    worth = mapping(a_y=1, b_x=1)
    text = an_item(
        sets("ab", "xyz"), declared("directedPair", "multiple", "a y", "b x", mapping=worth), template("map_response")
    )
    assert one(text).spec["matching"]["pairs"] == [{"left": "a", "right": "y"}, {"left": "b", "right": "x"}]
    assert told(text) == [("changed", "1 partner of no item: z")]
    assert told(text.replace("a y<", "a x<")) == [("left out", "items with none, with several or with the same")]
    assert told(text.replace("a y<", "a<")) == [("left out", "a; b x")]


def test_an_association_becomes_a_matching() -> None:
    rows = "".join(f'<simpleAssociableChoice identifier="{name}">{name}</simpleAssociableChoice>' for name in "abcde")
    body = f'<associateInteraction responseIdentifier="R"><prompt>Pair.</prompt>{rows}</associateInteraction>'
    text = an_item(body, declared("pair", "multiple", "a b", "c d"), template("map_response"))
    assert [row["right"] for row in one(text).spec["matching"]["pairs"]] == ["b", "d"]
    assert told(text) == [("changed", "1 item in no pair: e"), ("changed", "pairs among one set")]


ENTRY = '<p>It is <textEntryInteraction responseIdentifier="R"/> metres.</p>'
EQUAL = (
    '<responseProcessing><responseCondition><responseIf><equal toleranceMode="{}" tolerance="{}">'
    '<variable identifier="R"/><correct identifier="R"/></equal><setOutcomeValue identifier="SCORE">'
    '<baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>'
)


@pytest.mark.parametrize(
    ("mode", "width", "tolerance", "came"),
    [
        ("exact", "", 0, []),
        ("absolute", "0.1 0.1", 0.1, []),
        ("relative", "10 10", 0.2, []),
        ("absolute", "0.1 0.3", 0.1, [("changed", "0.1 and 0.3")]),
    ],
)
def test_a_number_has_its_tolerance(mode: str, width: str, tolerance: float, came: list[tuple[str, str]]) -> None:
    text = an_item(ENTRY, declared("float", "single", "2.0"), EQUAL.format(mode, width))
    question = one(text)
    assert question.spec == {"numeric": {"answer": 2.0, "rtol": 0.0, "atol": pytest.approx(tolerance)}}
    assert question.statement == "It is \\_\\_\\_\\_\\_ metres.\n"
    assert told(text) == came


def test_words_to_compare_become_a_written_answer_and_a_text_is_one() -> None:
    worth = mapping(York=1, york=0.5)
    text = an_item(ENTRY, declared("string", "single", "York", mapping=worth), template("map_response"))
    assert one(text).spec["written"]["rubric"][0]["description"] == "Accepted: York; york (50%)."
    assert told(text) == [("changed", "words that a machine compares: York; york (50%)")]
    rubric = '<rubricBlock view="scorer tutor"><p>Two <i>reasons</i>.</p></rubricBlock>'
    essay = one(
        an_item(
            f'{rubric}<extendedTextInteraction responseIdentifier="R"><prompt>Why?</prompt></extendedTextInteraction>'
        )
    )
    own = rules(a_rule(IS_WELL))
    marked = read(an_item('<p>Why?</p><extendedTextInteraction responseIdentifier="R"/>', processing=own))
    assert [line.done for item in marked for line in item.remarks] == ["people mark it"]
    assert told(an_item(ENTRY, declared("string", "single", "York"))) == [
        ("changed", "words that a machine compares: York")
    ]
    assert (essay.statement, essay.spec["written"]["rubric"][0]["description"]) == ("Why?\n", "Two *reasons*.")


@pytest.mark.parametrize(
    ("text", "came"),
    [
        (an_item("<p>Nothing.</p>"), "none"),
        (an_item(choices(A="a", B="b") + ENTRY), "choice, text entry"),
        (an_item('<hotspotInteraction responseIdentifier="R"/>'), "hotspot"),
        (an_item(choices(A="a", B="b"), '<templateDeclaration identifier="T"/>'), "templateDeclaration on line 2"),
        (SINGLE.replace('adaptive="false"', 'adaptive="true"'), "an adaptive item"),
        (an_item(choices(A="a", B="b")), "none with a share above 0"),
        (an_item(ENTRY + ENTRY), "2 text entry"),
        ('<assessmentTest title="T"/>', "the plan of a test"),
        ('<qti-assessment-stimulus title="T"/>', "a passage that questions share"),
        ("<questestinterop/>", "QTI 1"),
        ("<html/>", "<html>"),
    ],
)
def test_what_cannot_be_held_is_left_out_by_name(text: str, came: str) -> None:
    assert told(text)[-1] == ("left out", came)


@pytest.mark.parametrize(
    ("processing", "came"),
    [
        ("", "none"),
        (template("map_response_point"), "the template map_response_point"),
        ("<responseProcessing><customOperator/></responseProcessing>", "rules of its own with customoperator"),
    ],
)
def test_a_scoring_that_is_not_recognised_is_told(processing: str, came: str) -> None:
    text = an_item(choices(A="a", B="b"), declared("identifier", "single", "A"), processing)
    assert told(text) == [("changed", came)]
    assert one(text).spec["choice"]["options"][0]["credit"] == 1


def rules(*conditions: str) -> str:
    held = "".join(f"<responseCondition>{condition}</responseCondition>" for condition in conditions)
    return f"<responseProcessing>{held}</responseProcessing>"


def a_rule(test: str, outcome: str = "SCORE", value: str = "1") -> str:
    given = f'<setOutcomeValue identifier="{outcome}"><baseValue baseType="float">{value}</baseValue></setOutcomeValue>'
    return f"<responseIf>{test}{given}</responseIf>"


IS_RIGHT = '<match><variable identifier="R"/><correct identifier="R"/></match>'
IS_B = '<match><variable identifier="R"/><baseValue baseType="identifier">B</baseValue></match>'
IS_WELL = '<and><gt><variable identifier="SCORE"/><baseValue baseType="float">0</baseValue></gt></and>'


@pytest.mark.parametrize(
    ("processing", "came"),
    [
        (rules(a_rule(IS_RIGHT)), []),
        (rules(a_rule(IS_RIGHT), a_rule(IS_WELL, "FEEDBACK")), []),
        (rules(a_rule(IS_RIGHT), a_rule(IS_B, value="0.5")), ["rules of its own with other answers"]),
        (rules(a_rule(IS_RIGHT), a_rule(IS_WELL)), ["rules of its own with and, gt"]),
        (rules(a_rule(IS_RIGHT.replace('"R"', '"OTHER"'))), ["rules of its own with OTHER"]),
        ('<responseProcessing template="http://example.org/CC2_match.xml"/>', []),
    ],
)
def test_only_the_rules_that_set_the_score_count(processing: str, came: list[str]) -> None:
    text = an_item(choices(A="a", B="b"), declared("identifier", "single", "A"), processing)
    assert [said for _, said in told(text)] == came
    assert [row["credit"] for row in one(text).spec["choice"]["options"]] == [1, 0]


def test_the_most_that_an_item_gives_are_its_points() -> None:
    outcome = (
        '<outcomeDeclaration identifier="{}" {}><defaultValue><value>{}</value></defaultValue></outcomeDeclaration>'
    )
    key = declared("identifier", "single", "A")
    body, right = choices(A="a", B="b"), template("match_correct")
    assert one(SINGLE).points == 1
    assert one(an_item(body, key + outcome.format("SCORE", 'normalMaximum="4"', 0), right)).points == 4
    assert one(an_item(body, key + outcome.format("MAXSCORE", "", "3.0"), right)).points == 3
    several = declared("identifier", "multiple", "A", "B", mapping=mapping(A=2, B=1, C=-1))
    assert one(an_item(choices(most=0, A="a", B="b", C="c"), several, template("map_response"))).points == 3


def test_parts_that_differ_in_worth_are_told() -> None:
    pairs = sets("ab", "xy")
    key = declared("directedPair", "multiple", "a y", "b x", mapping=mapping(a_y=2, b_x=1))
    assert told(an_item(pairs, key, template("map_response"))) == [("changed", "parts that differ in worth")]
    worth = mapping(A=1, B=1, C=-1).replace("<mapping", '<mapping lowerBound="-1" upperBound="1"')
    several = an_item(
        choices(most=2, A="a", B="b", C="c"),
        declared("identifier", "multiple", "A", "B", mapping=worth),
        template("map_response"),
    )
    said = ["at most 2", "options that cost more than was earned", "full credit from 1 on"]
    assert [came for _, came in told(several)] == said
    fixed = SINGLE.replace('identifier="B"', 'identifier="B" fixed="true"')
    assert told(fixed) == [("changed", "options that keep their place: B")]
    assert one(fixed.replace('identifier="A">', 'identifier="A" fixed="true">')).spec["choice"]["shuffle"] is False


def test_what_stands_beside_the_interaction_is_kept_or_told() -> None:
    shown = '<feedbackInline outcomeIdentifier="F" identifier="OK" showHide="show">Yes.</feedbackInline>'
    body = (
        f'<rubricBlock view="candidate"><p>Read.</p></rubricBlock>{choices(A="a", B="b")}<p>After.{shown}</p>'
        '<rubricBlock view="tutor"><p>Hush.</p></rubricBlock>'
    )
    text = an_item(body, declared("identifier", "single", "A"), template("match_correct"), more='xml:lang="nl-NL"')
    assert one(text).statement == "Read.\n\nSay.\n\nWhich?\n\nAfter.\n"
    assert (one(text).language, one(text).source) == ("nl", "Imported from item.xml (i)")
    assert told(text) == [("changed", "feedbackInline that shows at times"), ("changed", "a text for tutor")]


def test_feedback_that_hides_is_not_taken_for_feedback_that_shows() -> None:
    after = "".join(
        f'<modalFeedback outcomeIdentifier="F" identifier="A" showHide="{when}"><p>{when}</p></modalFeedback>'
        for when in ("show", "hide")
    )
    text = an_item(choices(A="a", B="b"), declared("identifier", "single", "A"), template("match_correct"), after)
    assert one(text).spec["choice"]["options"][0]["feedback"] == "show"
    assert told(text) == [("changed", "feedback by outcome: A")]


def test_a_choice_within_a_sentence_leaves_a_blank() -> None:
    rows = "".join(f'<inlineChoice identifier="{name}">{name}</inlineChoice>' for name in "AB")
    body = f'<p>It is <inlineChoiceInteraction responseIdentifier="R">{rows}</inlineChoiceInteraction>.</p>'
    question = one(an_item(body, declared("identifier", "single", "B"), template("match_correct")))
    assert question.statement == "It is \\_\\_\\_\\_\\_.\n"
    assert question.spec["choice"]["options"] == [{"text": "A", "credit": 0}, {"text": "B", "credit": 1}]


@pytest.mark.parametrize(
    ("more", "came"),
    [
        (' minChoices="1"', "a least number of choices, pairs or texts"),
        (' minChoices="0"', None),
    ],
)
def test_a_least_number_of_choices_is_told(more: str, came: str | None) -> None:
    text = SINGLE.replace(' maxChoices="1"', f' maxChoices="1"{more}')
    assert [said for _, said in told(text)] == ([came] if came else [])


def test_a_style_and_materials_beside_the_item_are_told() -> None:
    beside = '<stylesheet href="a.css" type="text/css"/><qti-companion-materials-info/>'
    text = SINGLE.replace("<itemBody>", f"{beside}<itemBody>")
    assert [said for _, said in told(text)] == ["a style sheet", "materials beside it"]


def test_an_order_that_everybody_shares_is_told_once() -> None:
    text = an_item(order("A", "B"), declared("identifier", "ordered", "B", "A"), template("match_correct"))

    def shared(text: str) -> list[str]:
        found = lines(qti.read({"i.xml": text.encode()}, Defaults()))
        return [line.item for line in found if line.came == "one order for everybody"]

    assert shared(text) == ["1 question"]
    assert shared(text.replace('responseIdentifier="R"', 'responseIdentifier="R" shuffle="true"')) == []


def test_a_matching_that_leaves_does_not_show_its_key() -> None:
    spec = {"matching": {"pairs": [["a", "z"], ["b", "y"], ["c", "x"]], "shuffle": False}}
    text = qti.write([Item("q", "q", a_question(Kind.MATCHING, "q", spec=spec))])["items/q.xml"].decode()
    assert 'shuffle="false"' in text
    assert text.index(">x<") < text.index(">y<") < text.index(">z<")
