#!/usr/bin/env -S python3 -B
"""The test_data agent: from the specification, requests that are valid, stand on a limit, or must be refused.

A case is a list of requests to a fresh service, and the reply that the last one must get.
"""
import json

from task import log, perform, read_json, write_whole

EMAILS = {
    "valid": ["a@b.example", "first.last@mail.example", "tag+1@sub.domain.example"],
    "invalid": [
        "", "plain", "@no-name.example", "no-host@", "no-dot@host", "two@@signs.example",
        "a b@c.example", "a@b..example",
    ],
}
NOT_OF_TYPE = {"string": [None, 7, True, ["x"], {}], "integer": [None, "20", 20.5, True, []]}


def make(specification, file):
    specification = read_json(specification)
    fields = specification["fields"]
    cases = [*field_cases(fields), *record_cases(fields), *operation_cases(fields), *protocol_cases()]
    write_whole(file, json.dumps(cases, indent=1).encode())
    counts = {kind: sum(case["kind"] == kind for case in cases) for kind in ("valid", "boundary", "invalid")}
    log(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    return {"file": file, "cases": len(cases), **counts}


def case(kind, name, requests, **reply):
    return {"kind": kind, "name": name, "requests": requests, "reply": reply}


def create(user):
    return {"op": "create", "user": user}


def sample(rules):
    """Any value that keeps a field's rules."""
    if "one_of" in rules:
        return rules["one_of"][0]
    if rules.get("format") == "email":
        return EMAILS["valid"][0]
    if rules["type"] == "integer":
        return rules.get("minimum", 0)
    return "x" * max(rules.get("min_length", 1), 1)


def of_length(rules, length):
    """A value of exactly this many characters that keeps the field's other rules."""
    if rules.get("format") == "email":
        host = "@b.example"
        return "x" * (length - len(host)) + host
    return "x" * length


def whole(fields):
    return {name: sample(rules) for name, rules in fields.items()}


def field_cases(fields):
    for name, rules in fields.items():
        def one(kind, what, value):
            reply = {"ok": False, "error": "invalid", "field": name} if kind == "invalid" else {"ok": True}
            yield case(kind, f"{name} {what}", [create(whole(fields) | {name: value})], **reply)

        for value in NOT_OF_TYPE[rules["type"]]:
            yield from one("invalid", f"= {json.dumps(value)}", value)
        for value in rules.get("one_of", []):
            yield from one("valid", f"= {value}", value)
        if "one_of" in rules:
            yield from one("invalid", "none of those allowed", "".join(rules["one_of"]))
        if rules.get("format") == "email":
            for kind, values in EMAILS.items():
                for value in values:
                    yield from one(kind, f"= {json.dumps(value)}", value)
        for rule, step in (("min_length", -1), ("max_length", 1)):
            if rule in rules:
                yield from one("boundary", f"at {rule}", of_length(rules, rules[rule]))
                yield from one("invalid", f"past {rule}", of_length(rules, rules[rule] + step))
        for rule, step in (("minimum", -1), ("maximum", 1)):
            if rule in rules:
                yield from one("boundary", f"at {rule}", rules[rule])
                yield from one("invalid", f"past {rule}", rules[rule] + step)


def record_cases(fields):
    """What holds of a whole record: required fields, defaults, unknown fields, unique fields."""
    user = whole(fields)
    for name, rules in fields.items():
        without = {key: value for key, value in user.items() if key != name}
        if rules.get("required"):
            yield case("invalid", f"without {name}", [create(without)], ok=False, error="invalid", field=name)
        elif "default" in rules:
            yield case("valid", f"default {name}", [create(without)], ok=True, user={name: rules["default"]})
        else:
            yield case("valid", f"without {name}", [create(without)], ok=True)
        if rules.get("unique"):
            twice = [create(user), create(user)]
            yield case("invalid", f"{name} twice", twice, ok=False, error="duplicate", field=name)
            again = [create(user), {"op": "delete", "id": 1}, create(user)]
            yield case("valid", f"{name} again after a delete", again, ok=True)
    yield case("invalid", "unknown field", [create(user | {"shoe": 43})], ok=False, error="invalid", field="shoe")
    yield case("invalid", "no record", [{"op": "create"}], ok=False, error="invalid")


def operation_cases(fields):
    user = whole(fields)
    for operation in ("get", "delete"):
        there = [create(user), {"op": operation, "id": 1}]
        yield case("valid", f"{operation} what is there", there, ok=True, user=user)
        for bad in (0, 2, -1, None, "1", True, [1], 10**30):
            requests = [create(user), {"op": operation, "id": bad}]
            yield case("invalid", f"{operation} id {json.dumps(bad)}", requests, ok=False, error="not_found")
    gone = [create(user), {"op": "delete", "id": 1}, {"op": "get", "id": 1}]
    yield case("invalid", "get after delete", gone, ok=False, error="not_found")
    yield case("boundary", "count of none", [{"op": "count"}], ok=True, count=0)
    yield case("valid", "count of one", [create(user), {"op": "count"}], ok=True, count=1)
    yield case("valid", "ping", [{"op": "ping"}], ok=True)


def protocol_cases():
    """Requests that are no requests: a string stands for the line itself."""
    for line in ("", "{", "[]", "7", "null", '"create"', "{} {}", "[" * 2000, "\x00"):
        yield case("invalid", f"line {line[:12]!r}", [line], ok=False, error="malformed")
    for name in ("fly", "", None, 7, ["ping"], {"op": "ping"}):
        yield case("invalid", f"op {json.dumps(name)}", [{"op": name}], ok=False, error="unknown_operation")


if __name__ == "__main__":
    perform(make)
