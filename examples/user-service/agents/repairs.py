"""What the coding agent knows to repair: for each rule of a specification, the edits that make a service keep it."""
import dataclasses

from task import Rejected


@dataclasses.dataclass(frozen=True)
class Repair:
    what: str
    edits: tuple

    def apply(self, source):
        for old, new in self.edits:
            if source.count(old) != 1:
                raise Rejected(f"cannot repair ({self.what}): the source does not have {old.strip()!r} once")
            source = source.replace(old, new)
        return source


ONE_AT_A_TIME = '''

writing = threading.Lock()


def one_at_a_time(change):
    """Nobody else changes the records between a change's checks and its being stored."""
    def alone(users, request):
        with writing:
            return change(users, request)
    return alone


class Users:
'''

REPAIRS = {
    "in_operation.unique_under_load": Repair(
        what="changes are made one at a time",
        edits=(
            ("\n\nclass Users:\n", ONE_AT_A_TIME),
            ("    def create(", "    @one_at_a_time\n    def create("),
            ("    def delete(", "    @one_at_a_time\n    def delete("),
        ),
    ),
    "in_operation.request_bytes": Repair(
        what="a request is read up to its limit, and the connection of a longer one is closed",
        edits=(
            ("self.rfile.readline():\n", "self.rfile.readline(REQUEST_BYTES + 1):\n"),
            (
                "            reply = answer(self.server.users, line)\n",
                "            fits = len(line) <= REQUEST_BYTES\n"
                '            reply = answer(self.server.users, line) if fits else Refused("too_large").reply\n',
            ),
            (
                '            self.wfile.write(json.dumps(reply).encode() + b"\\n")\n',
                '            self.wfile.write(json.dumps(reply).encode() + b"\\n")\n'
                "            if not fits:\n"
                "                return\n",
            ),
        ),
    ),
}


def for_finding(finding):
    """A finding is `rule: what was seen`, where the rule is its path in the specification."""
    rule = finding.partition(":")[0]
    if rule not in REPAIRS:
        raise Rejected(f"no repair is known for {rule!r}")
    return REPAIRS[rule]
