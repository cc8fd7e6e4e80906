"""Numbers as a problem's author wrote them: decimals, formulas of constants, ranges, tolerances.

A formula such as 9.3*10^7 is arithmetic, not a program: it is worked out here, by the grammar of Open edX's
calculator, without running anything. A name that a problem's script would give a value is not known.
"""

import ast
import math
import re
from collections.abc import Callable
from decimal import Decimal, DecimalException, localcontext

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_SUFFIXED = re.compile(r"(?<![\w.])((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)([%kMGTcmunp])(?![\w])")
_SUFFIX = {"%": -2, "k": 3, "M": 6, "G": 9, "T": 12, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12}
_RANGE = re.compile(r"\s*([\[(])([^,;]+)[,;]([^,;]+)([\])])\s*")
_CONSTANTS = {"pi": Decimal(repr(math.pi)), "e": Decimal(repr(math.e))}
_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt, "exp": math.exp, "ln": math.log, "log10": math.log10, "log2": math.log2, "abs": math.fabs,
    "sin": math.sin, "cos": math.cos, "tan": math.tan, "arcsin": math.asin, "arccos": math.acos,
    "arctan": math.atan, "factorial": lambda n: float(math.factorial(int(n))),
    "fact": lambda n: float(math.factorial(int(n))),
}  # fmt: skip
_DIGITS = 28
_SHOWN = 15
_LARGEST_POWER = 400


class NotANumber(ValueError):  # noqa: N818 - an answer
    """What was written has no value without running a program."""


def is_plain(text: str) -> bool:
    """Whether it is a decimal as it stands ("-3", "0.5", "1e3")."""
    return bool(_PLAIN.fullmatch(text.strip()))


def value_of(text: str) -> str:
    """The decimal that `text` means ("9.3*10^7" → "93000000"). Raises NotANumber."""
    written = text.strip().replace("−", "-").replace("×", "*").replace("·", "*")
    if is_plain(written):
        return decimal_text(Decimal(written))
    if not written or len(written) > 200 or "$" in written:
        raise NotANumber(text)
    try:
        return decimal_text(_rounded(_evaluate(written)))
    except (SyntaxError, ValueError, ArithmeticError, DecimalException, RecursionError, MemoryError) as error:
        raise NotANumber(text) from error


def range_of(text: str) -> dict[str, object] | None:
    """ "[0, 999)" as {from, to, open: ["to"]}; None where it is no range. Raises NotANumber."""
    match = _RANGE.fullmatch(text)
    if not match:
        return None
    opening, low, high, closing = match.groups()
    is_open = [edge for edge, bracket in (("from", opening), ("to", closing)) if bracket in "()"]
    return {"from": value_of(low), "to": value_of(high), "open": is_open}


def tolerance_of(text: str) -> str:
    """A tolerance: "0.5" absolute, "2 %" of the answer. Raises NotANumber."""
    written = text.strip()
    if written.endswith("%"):
        return f"{value_of(written.removesuffix('%')).removeprefix('-')} %"
    return value_of(written).removeprefix("-")


def decimal_text(number: Decimal) -> str:
    """Without exponent and trailing zeros: "93000000", "0.5", "-3"."""
    if not number.is_finite() or abs(number.adjusted()) > 60:
        raise NotANumber(str(number))
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _evaluate(written: str) -> Decimal:
    formula = _SUFFIXED.sub(lambda found: f"({found[1]}*1e{_SUFFIX[found[2]]})", written)
    tree = ast.parse(formula.replace("^", "**"), mode="eval")
    with localcontext() as context:
        context.prec = _DIGITS
        return _value(tree.body, 0)


def _value(node: ast.expr, depth: int) -> Decimal:
    if depth > 50:
        raise ValueError("too deep")
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return Decimal(repr(node.value))
    if isinstance(node, ast.Name) and node.id in _CONSTANTS:
        return _CONSTANTS[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _value(node.operand, depth + 1)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        return _operated(node.op, _value(node.left, depth + 1), _value(node.right, depth + 1))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1 and not node.keywords:
        return _applied(node.func.id, _value(node.args[0], depth + 1))
    raise ValueError("not arithmetic")


def _operated(operator: ast.operator, left: Decimal, right: Decimal) -> Decimal:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.Pow() if abs(right) <= _LARGEST_POWER:
            return left**right
    raise ValueError("not arithmetic")


def _applied(name: str, argument: Decimal) -> Decimal:
    function = _FUNCTIONS.get(name)
    if function is None or (name.startswith("fact") and not 0 <= argument <= 100):
        raise ValueError("not arithmetic")
    return Decimal(repr(function(float(argument))))


def _rounded(number: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec = _SHOWN
        return +number
