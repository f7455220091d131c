#!/usr/bin/env -S python3 -B
"""The coding agent: writes the service a specification asks for, and repairs it as monitoring's findings say."""
import hashlib
import os

import generate
import repairs
from task import Rejected, log, perform, read_json, write_whole


def code(specification, folder, feedback=None):
    specification = read_json(specification)
    source = os.path.join(folder, f"{specification['service']}.py")
    findings = findings_of(feedback)
    if findings:
        with open(source, encoding="utf-8") as file:
            text = file.read()
        version = generate.version_of(text) + 1
        for finding in findings:
            log(f"finding: {finding}")
            repair = repairs.for_finding(finding)
            text = repair.apply(text)
            log(f"repaired: {repair.what}")
        text = generate.with_version(text, version)
    else:
        version = 1
        text = generate.service(specification)
        log(f"wrote {len(specification['fields'])} fields and {len(specification['operations'])} operations")

    data = text.encode()
    write_whole(source, data)
    return {
        "source": source,
        "version": version,
        "lines": text.count("\n"),
        "sha256": hashlib.sha256(data).hexdigest(),
        "findings_repaired": len(findings),
    }


def findings_of(feedback):
    """No feedback, one, or a list where several monitors sent theirs: all their findings, each once."""
    given = feedback if isinstance(feedback, list) else [feedback] if feedback else []
    findings = [finding for one in given for finding in one.get("findings", [])]
    if given and not findings:
        raise Rejected("there is feedback, but it has no findings to act on")
    return list(dict.fromkeys(findings))


if __name__ == "__main__":
    perform(code)
