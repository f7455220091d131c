#!/usr/bin/env -S python3 -B
"""The test agent: runs every case against the code, each on a fresh store, and reads each store back from disk."""
import importlib.util
import json
import os
import tempfile

from task import Failed, log, perform, read_json


def test(source, cases):
    module = load(source)
    workspace = os.path.dirname(cases)
    cases = read_json(cases)
    failures = []
    for case in cases:
        wrong = run(module, case, workspace)
        if wrong:
            log(f"failed: {case['name']}: {wrong}")
            failures.append({"case": case["name"], "wrong": wrong})
    passed = len(cases) - len(failures)
    output = {"total": len(cases), "passed": passed, "failed": len(failures), "failures": failures[:50]}
    log(f"{passed} of {len(cases)} cases passed")
    if failures:
        raise Failed(f"{len(failures)} of {len(cases)} cases failed", "TESTS_FAILED", output)
    return output


def load(source):
    spec = importlib.util.spec_from_file_location("service", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(module, case, workspace):
    """What was wrong, or None."""
    with tempfile.TemporaryDirectory(dir=workspace) as folder:
        users = module.Users(folder)
        try:
            for request in case["requests"]:
                line = request if isinstance(request, str) else json.dumps(request)
                reply = module.answer(users, line)
        except Exception as error:
            return f"raised {error!r}"
        if not agrees(case["reply"], reply):
            return f"expected {case['reply']}, got {reply}"
        if module.Users(folder).records != users.records:
            return "what is on disk is not what is in memory"
    return None


def agrees(expected, found):
    """Every member that is expected is found; others may stand beside it."""
    if not isinstance(expected, dict):
        return expected == found
    return isinstance(found, dict) and all(
        key in found and agrees(value, found[key]) for key, value in expected.items()
    )


if __name__ == "__main__":
    perform(test)
