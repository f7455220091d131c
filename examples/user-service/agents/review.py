#!/usr/bin/env -S python3 -B
"""The review agent: reads the source as a syntax tree and looks in it for every rule of the specification."""
import ast

from task import log, perform, read_json

TYPES = {"string": "str", "integer": "int"}
DANGEROUS = {"eval", "exec", "compile", "system", "popen", "__import__"}


def review(specification, source):
    specification = read_json(specification)
    with open(source, encoding="utf-8") as file:
        text = file.read()
    try:
        tree = ast.parse(text, source)
        compile(tree, source, "exec")
    except SyntaxError as error:
        return verdict([f"line {error.lineno}: {error.msg}"], rules=0)

    rules = [rule for look in (field_rules, table_rules, error_rules) for rule in look(tree, specification)]
    return verdict([*dangers(tree), *(missing for missing in rules if missing)], len(rules))


def verdict(findings, rules):
    for finding in findings:
        log(f"finding: {finding}")
    log(f"{rules} rules looked for, {len(findings)} findings")
    return {"approved": not findings, "findings": findings, "rules_looked_for": rules}


def dangers(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in DANGEROUS:
                yield f"line {node.lineno}: calls {name}"
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield f"line {node.lineno}: catches everything"


def field_rules(tree, specification):
    """For each rule of each field: None where its check function holds it, else what is missing."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name, rules in specification["fields"].items():
        function = functions.get(f"check_{name}")
        if function is None:
            yield f"fields.{name}: there is no check_{name}"
            continue
        constants = {node.value for node in ast.walk(function) if isinstance(node, ast.Constant)}
        names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        calls = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
        yield None if TYPES[rules["type"]] in names else f"fields.{name}.type is not checked"
        for rule in ("min_length", "max_length", "minimum", "maximum"):
            if rule in rules:
                yield None if rules[rule] in constants else f"fields.{name}.{rule} is not checked"
        if "one_of" in rules:
            yield None if set(rules["one_of"]) <= constants else f"fields.{name}.one_of is not checked"
        if "format" in rules:
            yield None if "fullmatch" in calls else f"fields.{name}.format is not checked"


def table_rules(tree, specification):
    """For each table of the source: None where it says what the specification does."""
    tables = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    fields = specification["fields"]
    expected = {
        "REQUIRED": tuple(name for name, rules in fields.items() if rules.get("required")),
        "UNIQUE": tuple(name for name, rules in fields.items() if rules.get("unique")),
        "DEFAULTS": {name: rules["default"] for name, rules in fields.items() if "default" in rules},
    }
    for name, value in expected.items():
        holds = name in tables and ast.literal_eval(tables[name]) == value
        yield None if holds else f"{name} is not {value!r}"
    for name, keys in (("FIELDS", fields), ("OPERATIONS", specification["operations"])):
        found = {getattr(key, "value", None) for key in getattr(tables.get(name), "keys", [])}
        for key in keys:
            yield None if key in found else f"{name} does not have {key}"


def error_rules(tree, specification):
    """For each error that an operation may answer with: None where the source answers with it somewhere."""
    raised = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused"
        and node.args and isinstance(node.args[0], ast.Constant)
    }
    for name, operation in specification["operations"].items():
        for error in operation["errors"]:
            yield None if error in raised else f"operations.{name}: never answers {error}"


if __name__ == "__main__":
    perform(review)
