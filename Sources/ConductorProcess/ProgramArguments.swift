import CConductorProcess

/// What this program was started with.
public enum ProgramArguments {
    /// Without the program's name, wherever `/proc` is.
    public static var values: [String] {
        var values: [String] = []
        var next = conductor_arguments()
        while let argument = next.pointee {
            values.append(String(cString: argument))
            next += 1
        }
        return Array(values.dropFirst())
    }
}
