#!/usr/bin/env -S python3 -B
"""The devops agent: packs approved, tested source so that the same source always makes the same bytes."""
import gzip
import hashlib
import io
import json
import os
import tarfile

from task import Rejected, log, perform, write_whole


def package(source, version, approved, failed_tests, folder):
    if not approved:
        raise Rejected("the review did not approve this source")
    if failed_tests:
        raise Rejected(f"{failed_tests} tests failed")
    with open(source, "rb") as file:
        code = file.read()
    name = os.path.basename(source)
    manifest = {
        "service": name.removesuffix(".py"),
        "version": version,
        "start": ["python3", name],
        "files": {name: {"bytes": len(code), "sha256": hashlib.sha256(code).hexdigest()}},
    }
    files = {name: code, "manifest.json": json.dumps(manifest, indent=2, sort_keys=True).encode() + b"\n"}
    data = pack(files)
    archive = os.path.join(folder, f"{manifest['service']}-{version}.tar.gz")
    write_whole(archive, data)
    sha256 = hashlib.sha256(data).hexdigest()
    log(f"{archive}: {len(data)} bytes, sha256 {sha256}")
    return {"archive": archive, "sha256": sha256, "version": version, "bytes": len(data), "manifest": manifest}


def pack(files):
    """A tar.gz without times, owners or chance in it."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size = len(files[name])
            member.mode = 0o644
            tar.addfile(member, io.BytesIO(files[name]))
    return gzip.compress(raw.getvalue(), mtime=0)


if __name__ == "__main__":
    perform(package)
