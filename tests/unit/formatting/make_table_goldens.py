#!/usr/bin/env python3
"""Writes table_goldens.json and csv_goldens.json: what tabulate 0.9.0 and csv.writer make of tables of texts.

Needs Python 3.11 or newer and tabulate==0.9.0 (and no wcwidth beside it: with it, widths are other ones). Cells are
texts or None, without control characters but the newline: ours are escaped before they are drawn.
"""
import csv
import io
import json
import pathlib
import random

import tabulate

assert tabulate.__version__ == "0.9.0" and tabulate.wcwidth is None
HERE = pathlib.Path(__file__).parent
UUID = "46985143-af68-4d48-ab91-a6447052ca49"

# Single cells whose type is easily got wrong; each is drawn alone, beside a real number, and beside an integer.
CELLS = [
    "", " ", "0", "-0", "+0", "0001", "1_000", "1__000", "_1", "1_", "+5", "- 5", " 5 ", "5\u00a0", "\u20035", "5\u3000",
    "1e5", "1E5", "1e+5", "1e-5", "1e", "e5", "1e5.5", ".5", "5.", ".", "-.5e-3", "1.5e300", "1e308", "1e309", "-1e400",
    "1e-400", "123456", "1234567.0", "123456789.25", "100000.0", "1000000.0", "0.0001", "0.00001234", "1_0.5", "1_.5", "1._5",
    "1e1_0", "nan", "NaN", "-nan", "+nan", "NAN", "inf", "-inf", "+inf", "Inf", "Infinity", "-Infinity", " nan", "infinit",
    "1,000", "1,000.5", "1,0000", "1,000,000", "0x10", "0b1", "1j", "1 000", "--1", "+", "-", "1-1", "1.2.3",
    "\u0663", "\u0663.\u0664", "1\u0663", "\uff11\uff12", "\U0001d7d8\U0001d7d9", "\u2155", "\u00b2", "\u22121",
    "9" * 30, "True", "False", "true", "None", "N/A", "12.5%", "1.1KB",
    "2026-11-20 23:56:48+0000", UUID, "caf\u00e9", "\u65e5\u672c\u8a9e", "\U0001f600", "e\u0301", "a\u00a0", " padded ", "a|b", "a+b",
    "-", "\\n", "\\x1b[31m", "1\n", "\n1", "1\n2", "a\nb", "a\n", "\na", "a\n\nb", "\n", " a \n b ", "a \nb\u2003",
]

TABLES = [
    (["A"], []), (["A", "Longer header"], []), (["A\nB", "C"], []), ([""], []), (["A"], [[]]), (["A", "B"], [[], []]),
    ([""], [["x"]]), (["", ""], [["1", "a\nb"]]), (["A\n"], [["x"]]), (["\nA", "B"], [["x", "1.5"]]), (["  A  "], [["x"]]),
    (["A", "B"], [[None, None]]), (["A", "B"], [[None, "a\nb"], [None, None], ["c", None]]),
    (["A", "B"], [["", "a\nb"], ["", ""], ["c", ""]]), (["A", "B"], [["1.25", "a\nb"], [None, None], ["3", None]]),
    (["A", "B", "C"], [["1"], ["2", "x"]]), (["A"], [["1", "x"], ["2", "y"]]), (["A", "B"], [["1"], ["2", "x", "y"]]),
    (["A", "B", "C"], [["1", "x"], ["2", "y", "z", "q"]]),
    (["True?"], [["True"], ["False"], [None]]), (["Mixed"], [["True"], ["1"], [None]]), (["Mixed"], [["True"], ["x"]]),
    (["N"], [["1"], ["2.5"], ["100"], [None]]), (["N"], [["0.1"], ["10.25"], ["-3"], ["1e20"], ["nan"], ["inf"]]),
    (["N"], [["1e20"], ["1"], ["1e-7"]]), (["N"], [["1e20"], ["1.5"]]), (["N"], [["NaN"], ["0.5"]]),
    (["N"], [["NaN"], ["Infinity"], ["0.5"]]), (["N"], [["0.30000000000000004"], ["7.906739711761475"]]),
    (["N"], [["1"], [""]]), (["N"], [["1.5"], [" "]]), (["N"], [[" 1"], ["22 "], ["333"]]), (["N"], [["\u0661"], ["2.50"]]),
    (["Wide header here"], [["1"], ["2"]]), (["Wide header here"], [["1.5"], ["22"]]), (["h\nlonger"], [["1.5"], ["22"]]),
    (["H\u00e9ader", "\u65e5\u672c"], [["\u65e5\u672c\u8a9e", "e\u0301"], ["abc", "\U0001f600"]]), (["A"], [["a" * 200]]),
    (["N"], [["9" * 309]]), (["N"], [["9" * 309], ["0.5"]]), (["N"], [["1" * 4300]]), (["N"], [["1" * 4301]]),
    (["UUID", "Files"], [["a1", "model.pt\noptimizer.pt"], ["b2", ""]]),
    (["Batch", "Checkpoint UUID", "Validation Metrics"],
     [["1000", UUID, json.dumps({"validation_metrics": {"loss": 7.906739711761475, "accuracy": 0.9646000266075134}}, indent=4)]]),
    (["Trial ID", "# of Batches", "State", "Validation Metric", "UUID", "Resources", "Size"],
     [["6", "400", "COMPLETED", "0.5", UUID, "code/\ncode/model_def.py", "1.1KB"], ["7", None, "DELETED", None, UUID, "", "0.0B"]]),
]


def random_text(chance):
    letters = "abcXYZ 0123456789.,-+_e\u00e9\u65e5\u00a0\u0663|%"
    return "".join(chance.choice(letters) for _ in range(chance.randrange(9)))


def random_number(chance):
    value = chance.choice([chance.uniform(-10, 10), chance.gauss(0, 1e6), 10 ** chance.uniform(-12, 25), float(chance.randrange(1000))])
    return chance.choice([repr(value), "%.3f" % value, "%g" % value, str(int(value)), "%e" % value])


def random_cell(chance, kind):
    if chance.random() < 0.12:
        return None
    if kind == "lines":
        return "\n".join(random_text(chance) for _ in range(chance.randrange(4)))
    if kind == "any":
        return chance.choice(CELLS)
    return {"text": random_text, "number": random_number}.get(kind, lambda c: str(c.randrange(-5, 5000)))(chance)


def random_table(chance):
    kinds = [chance.choice(["text", "number", "number", "integer", "any", "lines"]) for _ in range(chance.randrange(1, 6))]
    headers = [random_text(chance) if chance.random() < 0.9 else "a\nlong header" for _ in kinds]
    return headers, [[random_cell(chance, kind) for kind in kinds] for _ in range(chance.randrange(0, 7))]


def drawn(headers, rows):
    """The text, or None where tabulate fails: it calls float("True")."""
    try:
        return tabulate.tabulate(rows, headers, tablefmt="presto") + "\n"
    except ValueError:
        return None


def tables():
    for cell in CELLS:
        yield ["Value"], [[cell]]
        yield ["V", "Same"], [[cell, cell], ["2.25", "7"], [None, None]]
    yield from TABLES
    chance = random.Random(20261120)
    for _ in range(330):
        yield random_table(chance)


def csv_text(row):
    out = io.StringIO(newline="")
    csv.writer(out).writerow(row)
    return out.getvalue()


def csv_rows():
    yield from ([], [None], [""], [None, None], ["", None], [" "], ["a"], ["a", "b"], ["a,b"], ['say "x"'], ['"'], ["a\nb", "c"], ["\n"], ["'"], ["a;b"])
    yield from ([cell, None, cell] for cell in CELLS)
    chance = random.Random(20261121)
    for _ in range(150):
        yield ["".join(chance.choice('ab,"\n \u00e9\u65e5\'') for _ in range(chance.randrange(7))) for _ in range(chance.randrange(1, 6))]


def write(name, cases):
    lines = ",\n".join(json.dumps(case) for case in cases)
    (HERE / name).write_text("[\n" + lines + "\n]\n")


if __name__ == "__main__":
    cases = ({"columns": headers, "rows": rows, "text": drawn(headers, rows)} for headers, rows in tables())
    write("table_goldens.json", (case for case in cases if case["text"] is not None))
    write("csv_goldens.json", ({"row": row, "text": csv_text(row)} for row in csv_rows()))
