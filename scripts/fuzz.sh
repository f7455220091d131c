#!/bin/sh
# Builds the fuzzer and gives each target so many seconds: fuzz.sh SECONDS [TARGET…]. Starts from the corpus in the tree.
# What is new goes to .build-fuzz/corpus, where the next run goes on; bytes that a target cannot take, to
# .build-fuzz/found.
set -eu

cd "$(dirname "$0")/.."
seconds=$1
shift
build=.build-fuzz
corpus=Tests/Fuzzing/Corpus
# Traces of each allocation take more time than all that is fuzzed.
export ASAN_OPTIONS=malloc_context_size=0:quarantine_size_mb=8:detect_stack_use_after_return=0:detect_leaks=0
# Swift's own look at a crash would come before libFuzzer's.
export SWIFT_BACKTRACE=enable=no

# Assertions stay in. SwiftPM has `main` mean the program's own, which only lld lets stand beside libFuzzer's.
"${SWIFT:-swift}" build --scratch-path $build -c release --product conductor-fuzz -Xswiftc -DCONDUCTOR_FUZZING \
    -Xswiftc -sanitize=fuzzer,address -Xswiftc -assert-config -Xswiftc Debug -Xswiftc -use-ld=lld

[ $# -gt 0 ] || set -- $(ls $corpus)
mkdir -p $build/found
failed=
for target in "$@"; do
    mkdir -p "$build/corpus/$target"
    echo "$target: $seconds s"
    FUZZ_TARGET=$target $build/release/conductor-fuzz "$build/corpus/$target" "$corpus/$target" \
        -artifact_prefix="$build/found/$target-" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 \
        -max_len=16384 -verbosity=0 -print_final_stats=1 || failed="$failed $target"
done
[ -z "$failed" ] || {
    echo "Promises are broken by:$failed; see $build/found." >&2
    exit 1
}
