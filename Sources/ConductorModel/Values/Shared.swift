/// A value that its copies share until one of them changes it: to copy it is to count one reference, however many
/// members it has.
struct Shared<Value: Sendable>: Sendable {
    /// Unchecked, since the compiler cannot see that it is changed only where one `Shared` alone refers to it.
    private final class Box: @unchecked Sendable {
        var value: Value

        init(_ value: Value) {
            self.value = value
        }
    }

    private var box: Box

    init(_ value: Value) {
        box = Box(value)
    }

    var value: Value {
        _read { yield box.value }
        _modify {
            if !isKnownUniquelyReferenced(&box) { box = Box(box.value) }
            yield &box.value
        }
    }
}
