/// What cannot be, unless the engine is wrong: it traps where tests and simulator run, and changes nothing in what is
/// released, where one task is worth less than all others.
func impossible(_ what: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line) {
    assertionFailure(what(), file: file, line: line)
}

/// States what holds whenever the engine comes here.
func invariant(
    _ holds: @autoclosure () -> Bool, _ what: @autoclosure () -> String, file: StaticString = #fileID,
    line: UInt = #line
) {
    assert(holds(), what(), file: file, line: line)
}
