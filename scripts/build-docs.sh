#!/bin/sh
# Builds the documentation of the public libraries from their sources and articles, into DIRECTORY; a warning is an error.
set -eu

directory=$1
graphs=$(mktemp -d)
trap 'rm -rf "$graphs"' EXIT

"$SWIFT" package dump-symbol-graph --minimum-access-level public --skip-synthesized-members >"$graphs/log" 2>&1 ||
    { cat "$graphs/log" >&2; exit 1; }
made=$("$SWIFT" build --show-bin-path)/../symbolgraph
mkdir -p "$directory"
for library in ConductorClient ConductorAgent; do
    mkdir "$graphs/$library"
    cp "$made/$library.symbols.json" "$graphs/$library"
    docc convert "Sources/$library/$library.docc" --additional-symbol-graph-dir "$graphs/$library" \
        --fallback-display-name "$library" --fallback-bundle-identifier "conductor.$library" \
        --output-path "$directory/$library.doccarchive" --warnings-as-errors
done
