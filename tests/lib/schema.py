#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Validates JSON lines: schema.py SCHEMA <LINES. The part of JSON Schema that docs/json-schema.json uses; a keyword
that it does not know is an error. Prints what is wrong, and at the end how many objects of each type there were."""

import collections
import json
import sys

TYPES = {"integer": int, "string": str, "boolean": bool, "object": dict, "array": list, "null": type(None)}
SILENT = {"description", "title", "$schema", "$defs"}


def is_type(value, name):
    return isinstance(value, TYPES[name]) and not (name == "integer" and isinstance(value, bool))


def errors(value, schema, root, where):
    for keyword, want in schema.items():
        if keyword in SILENT:
            continue
        if keyword == "$ref":
            yield from errors(value, root["$defs"][want.rsplit("/", 1)[1]], root, where)
        elif keyword == "oneOf":
            tried = [list(errors(value, s, root, where)) for s in want]
            if sum(not t for t in tried) != 1:
                yield from min(tried, key=len)
        elif keyword == "type":
            names = [want] if isinstance(want, str) else want
            if not any(is_type(value, n) for n in names):
                yield f"{where}: {value!r} is no {want}"
        elif keyword == "const":
            if value != want:
                yield f"{where}: {value!r} is not {want!r}"
        elif keyword == "enum":
            if value not in want:
                yield f"{where}: {value!r} is none of {want}"
        elif keyword in ("minimum", "maximum"):
            if isinstance(value, int) and (value < want if keyword == "minimum" else value > want):
                yield f"{where}: {value} is beyond {keyword} {want}"
        elif keyword == "required":
            yield from (f"{where}: {n} is missing" for n in want if isinstance(value, dict) and n not in value)
        elif keyword == "properties":
            for n, s in want.items():
                if isinstance(value, dict) and n in value:
                    yield from errors(value[n], s, root, f"{where}.{n}")
        elif keyword == "additionalProperties" and want is False:
            known = schema.get("properties", {})
            yield from (f"{where}: {n} is not in the schema" for n in value if isinstance(value, dict) and n not in known)
        elif keyword == "items":
            for i, v in enumerate(value if isinstance(value, list) else []):
                yield from errors(v, want, root, f"{where}[{i}]")
        else:
            yield f"schema: unknown keyword {keyword}"


def main():
    with open(sys.argv[1]) as f:
        root = json.load(f)
    counts, bad = collections.Counter(), 0
    for n, line in enumerate(sys.stdin, 1):
        try:
            value = json.loads(line)
        except ValueError as e:
            print(f"line {n}: {e}")
            bad += 1
            continue
        found = list(errors(value, root, root, f"line {n}"))
        bad += bool(found)
        print("\n".join(found), end="\n" if found else "")
        counts[value.get("type")] += 1
    print(" ".join(f"{k}={v}" for k, v in sorted(counts.items())))
    sys.exit(bad != 0)


main()
