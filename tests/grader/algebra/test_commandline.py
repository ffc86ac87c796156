import json
import subprocess
import sys

from tests.services import PATIENCE

LINES = [
    {"id": "a", "variables": {"z": "real", "y": "{0,1}"}, "reference": "sigma(z)-y", "answer": "1/(1+exp(-z))-y^2"},
    {
        "id": 7,
        "variables": {"u": "real"},
        "reference": "tanh(u)",
        "answer": r"\frac{\sinh u}{e^{u}}",
        "syntax": "latex",
        "unknown": [1],
    },
    {"variables": {"u": "real"}, "reference": "u", "answer": "u+"},
    {"id": "d", "variables": {"u": "real"}, "reference": "u", "answer": "(" * 200_000},
    {"id": "e", "variables": {"u": "real"}, "reference": "u"},
]


def test_every_line_in_gives_one_line_out_in_order():
    typed = [json.dumps(line) for line in LINES] + ["{broken", "[1, 2]", ""]
    ran = subprocess.run(
        [sys.executable, "-m", "grader", "algebra", "--jsonl"],
        input="\n".join(typed),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    results = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [result.get("id") for result in results] == ["a", 7, None, "d", "e", None, None]
    assert [result["equivalent"] for result in results] == [True, False] + ["invalid"] * 5
    assert results[0]["reason"] == "proved (y^2 = y on {0,1})"
    assert set(results[1]["witness"]) == {"u", "reference", "answer"}
    assert results[2]["position"] == 2
    assert "answer" in results[4]["reason"]
    assert all(result["ms"] >= 0 for result in results)
