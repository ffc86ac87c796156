"""MathML as LaTeX: from the annotation where it brings its LaTeX along, else from its presentation."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from assessments.bank.exchange.xml import children, local

_TEX = {"application/x-tex", "tex", "latex", "application/x-latex", "text/x-latex"}
# Names that LaTeX sets upright; other identifiers of several letters become \mathrm.
_FUNCTIONS = frozenset({
    "sin", "cos", "tan", "sec", "csc", "cot", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "exp", "log", "ln",
    "max", "min", "lim", "det", "dim", "ker", "gcd", "arg", "sup", "inf",
})  # fmt: skip
_SIGNS = {
    "−": "-", "×": r"\times ", "·": r"\cdot ", "÷": r"\div ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ",
    "±": r"\pm ", "∞": r"\infty ", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "→": r"\to ", "∈": r"\in ",
    "∂": r"\partial ", "∇": r"\nabla ", "√": r"\surd ", "…": r"\dots ", "{": r"\{", "}": r"\}", "%": r"\%",
    "&": r"\&", "#": r"\#", "_": r"\_", "$": r"\$", "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "",
    "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ", "δ": r"\delta ", "ε": r"\epsilon ", "θ": r"\theta ",
    "λ": r"\lambda ", "μ": r"\mu ", "π": r"\pi ", "ρ": r"\rho ", "σ": r"\sigma ", "τ": r"\tau ", "φ": r"\phi ",
    "χ": r"\chi ", "ψ": r"\psi ", "ω": r"\omega ", "Γ": r"\Gamma ", "Δ": r"\Delta ", "Σ": r"\Sigma ",
    "ζ": r"\zeta ", "η": r"\eta ", "ι": r"\iota ", "κ": r"\kappa ", "ν": r"\nu ", "ξ": r"\xi ", "υ": r"\upsilon ",
    "Θ": r"\Theta ", "Λ": r"\Lambda ", "Ξ": r"\Xi ", "Ψ": r"\Psi ", "∠": r"\angle ", "°": r"{}^{\circ}", "∘": r"\circ ",
    "≈": r"\approx ", "≡": r"\equiv ", "∼": r"\sim ", "∝": r"\propto ", "∉": r"\notin ", "⊂": r"\subset ",
    "⊆": r"\subseteq ", "∪": r"\cup ", "∩": r"\cap ", "∅": r"\emptyset ", "∀": r"\forall ", "∃": r"\exists ",
    "¬": r"\neg ", "∧": r"\land ", "∨": r"\lor ", "⇒": r"\Rightarrow ", "⇔": r"\Leftrightarrow ", "←": r"\leftarrow ",
    "∥": r"\parallel ", "⊥": r"\perp ", "⋅": r"\cdot ", "∗": "*", "′": "'", "⟨": r"\langle ", "⟩": r"\rangle ",
    "Π": r"\Pi ", "Φ": r"\Phi ", "Ω": r"\Omega ",
}  # fmt: skip
_OVER = {"¯": r"\bar", "‾": r"\bar", "^": r"\hat", "ˆ": r"\hat", "~": r"\tilde", "˜": r"\tilde", "→": r"\vec"}


def latex_of(element: etree._Element) -> str:
    """Give a formula's LaTeX; of what MathML says and LaTeX does not, the words."""
    for annotation in element.iter("{*}annotation", "annotation"):
        if (annotation.get("encoding") or "").lower() in _TEX:
            return (annotation.text or "").strip()
    return " ".join(_row(element).split())


def _row(element: etree._Element) -> str:
    return "".join(_latex(node) for node in children(element) if not local(node).startswith("annotation"))


def _latex(node: etree._Element) -> str:
    name = local(node).lower()
    if name in _LEAVES:
        return _LEAVES[name]("".join(node.itertext()).strip())
    parts = [_latex(part) for part in children(node)]
    shape = _SHAPES.get(name)
    if shape is None or len(parts) != shape[0]:
        return _table(node) if name == "mtable" else _fenced(node) if name == "mfenced" else _special(node, name)
    return shape[1](*parts)


def _special(node: etree._Element, name: str) -> str:
    if name == "msqrt":
        return rf"\sqrt{{{_row(node)}}}"
    return " " if name == "mspace" else _row(node)


def _signs(text: str) -> str:
    return "".join(_SIGNS.get(sign, sign) for sign in text)


def _identifier(text: str) -> str:
    if text in _FUNCTIONS:
        return rf"\{text} "
    return _signs(text) if len(text) < 2 else rf"\mathrm{{{_signs(text)}}}"


def _over(base: str, above: str) -> str:
    accent = _OVER.get(above.strip())
    return f"{accent}{{{base}}}" if accent else rf"\overset{{{above}}}{{{base}}}"


def _under(base: str, below: str) -> str:
    return f"{base}_{{{below}}}" if base.startswith("\\") else rf"\underset{{{below}}}{{{base}}}"


def _fenced(node: etree._Element) -> str:
    inner = (node.get("separators", ",")[:1] or " ").join(_latex(part) for part in children(node))
    return rf"\left{_signs(node.get('open', '('))}{inner}\right{_signs(node.get('close', ')'))}"


def _table(node: etree._Element) -> str:
    rows = r" \\ ".join(" & ".join(_row(cell) for cell in children(row)) for row in children(node))
    return rf"\begin{{matrix}}{rows}\end{{matrix}}"


_LEAVES: dict[str, Callable[[str], str]] = {
    "mi": _identifier,
    "mn": _signs,
    "mo": lambda text: rf"\{text} " if text in _FUNCTIONS else _signs(text),
    "mtext": lambda text: rf"\text{{{text}}}",
    "ms": lambda text: rf"\text{{“{text}”}}",
}
_SHAPES: dict[str, tuple[int, Callable[..., str]]] = {
    "msup": (2, lambda base, up: f"{{{base}}}^{{{up}}}"),
    "msub": (2, lambda base, down: f"{{{base}}}_{{{down}}}"),
    "msubsup": (3, lambda base, down, up: f"{{{base}}}_{{{down}}}^{{{up}}}"),
    "munderover": (3, lambda base, down, up: f"{base}_{{{down}}}^{{{up}}}"),
    "mfrac": (2, lambda over, under: rf"\frac{{{over}}}{{{under}}}"),
    "mroot": (2, lambda base, index: rf"\sqrt[{index}]{{{base}}}"),
    "mover": (2, _over),
    "munder": (2, _under),
}
