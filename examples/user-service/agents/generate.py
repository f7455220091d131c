"""Turns a specification into the source of a service: one check function per field, the rest from the template."""
import os
import re
import string

TEMPLATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "service.py.template")
TYPES = {"string": "str", "integer": "int"}
EMAIL = r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"


def service(specification):
    fields = specification["fields"]
    with open(TEMPLATE, encoding="utf-8") as file:
        template = string.Template(file.read())
    return template.substitute(
        service=specification["service"],
        request_bytes=specification["in_operation"]["request_bytes"],
        clients=specification["in_operation"]["simultaneous_clients"],
        checks="\n\n\n".join(check(name, rules) for name, rules in fields.items()),
        fields="\n".join(f'    "{name}": check_{name},' for name in fields),
        required=tuple(name for name, rules in fields.items() if rules.get("required")),
        unique=tuple(name for name, rules in fields.items() if rules.get("unique")),
        defaults={name: rules["default"] for name, rules in fields.items() if "default" in rules},
        operations="\n".join(f'    "{name}": Users.{name},' for name in specification["operations"]),
    )


def check(name, rules):
    """The function that says whether a value may stand in a field."""
    conditions = [f"type(value) is {TYPES[rules['type']]}"]
    if "min_length" in rules:
        conditions.append(f"len(value) >= {rules['min_length']}")
    if "max_length" in rules:
        conditions.append(f"len(value) <= {rules['max_length']}")
    if "minimum" in rules:
        conditions.append(f"value >= {rules['minimum']}")
    if "maximum" in rules:
        conditions.append(f"value <= {rules['maximum']}")
    if "one_of" in rules:
        conditions.append(f"value in {tuple(rules['one_of'])}")
    if rules.get("format") == "email":
        conditions.append(f're.fullmatch(r"{EMAIL}", value) is not None')
    lines = "\n        and ".join(conditions)
    return f"def check_{name}(value):\n    return (\n        {lines}\n    )"


def version_of(source):
    return int(re.search(r"^VERSION = (\d+)$", source, re.MULTILINE).group(1))


def with_version(source, version):
    return re.sub(r"^VERSION = \d+$", f"VERSION = {version}", source, flags=re.MULTILINE)
