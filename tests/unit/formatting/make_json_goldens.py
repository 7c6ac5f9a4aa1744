#!/usr/bin/env python3
"""Writes json_goldens.json and float_goldens.json: what Python's json.dumps and repr give. Needs Python 3.11 or newer."""
import json
import math
import pathlib
import random
import struct

HERE = pathlib.Path(__file__).parent
TREE = {"zebra": 1, "Alpha": [1, [], {}, [[]], {"x": {}}], "\u00e9": "caf\u00e9", "\U0001f600": "\U0001f600\uffff", "\ufffd": None, "a": {"b": {"c": [True, False]}}}
VALUES = [
    None, True, False, 0, -1, 2**63 - 1, -(2**63), 2**64 - 1, 0.0, -0.0, 1.0, 0.1, 1e16, 1e15, 1e-5, 0.0001, 1.5e300, 5e-324,
    "", "plain", "quote \" backslash \\ slash /", "\n\r\t\b\f", "".join(map(chr, range(32))), "\x7f\x80\x9f\xa0", "\u2028\u2029\ufeff",
    "\ud7ff\ue000\uffff", "\U00010000\U0010ffff", "<script>&'", [], {}, [[]], [{}], {"a": []}, {"": ""}, [1, 2.5, "x", None], TREE, [TREE, TREE],
    {"avgMetrics": {"validation_error": 0.4}, "batchMetrics": []}, {"avgMetrics": None, "batchMetrics": []},
]
STYLES = [{"indent": None, "sort_keys": False}, {"indent": None, "sort_keys": True}, {"indent": 0, "sort_keys": False}, {"indent": 2, "sort_keys": False}, {"indent": 4, "sort_keys": True}]


def random_value(chance, depth):
    kind = chance.randrange(8 if depth > 0 else 6)
    if kind == 6:
        return [random_value(chance, depth - 1) for _ in range(chance.randrange(4))]
    if kind == 7:
        return {random_text(chance): random_value(chance, depth - 1) for _ in range(chance.randrange(5))}
    return [None, chance.random() < 0.5, chance.randrange(-(10**12), 10**12), chance.gauss(0, 1), random_text(chance), 10 ** chance.uniform(-20, 20)][kind]


def random_text(chance):
    return "".join(chance.choice("abzAZ \"\\\n\x00\x1f\x7f\u00e9\u65e5\uff5e\U0001f600") for _ in range(chance.randrange(6)))


def floats():
    for exponent in range(-30, 31):
        yield from (10.0**exponent, -(10.0**exponent) / 3, 1.5 * 10.0**exponent, 123456789.0 * 10.0**exponent)
    yield from (0.0, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1 + 0.2, 9007199254740993.0, 1e22, 1e23, 9999999999999998.0)
    chance = random.Random(20261122)
    for _ in range(500):
        value = struct.unpack("<d", struct.pack("<Q", chance.getrandbits(64)))[0]
        if math.isfinite(value):
            yield value


def cases():
    chance = random.Random(20261123)
    values = VALUES + [random_value(chance, 3) for _ in range(100)]
    for value in values:
        for style in STYLES:
            yield {"value": value, "indent": -1 if style["indent"] is None else style["indent"], "sort_keys": style["sort_keys"], "text": json.dumps(value, **style)}


def write(name, items):
    (HERE / name).write_text("[\n" + ",\n".join(json.dumps(item) for item in items) + "\n]\n")


if __name__ == "__main__":
    write("json_goldens.json", cases())
    write("float_goldens.json", map(repr, floats()))
