import ArgumentParser
import ConductorCommandLine

extension Option {
    /// `--sort`: by which column the rows that are listed are sorted.
    init<Order: ListOrder>(sorting order: Order.Type) where Value == Order? {
        let words = Order.names
        let sentence = "Sort the listed rows by \(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")."
        self.init(
            help: ArgumentHelp(stringLiteral: sentence), completion: .list(words), transform: parsed)
    }
}

private func parsed<Order: ListOrder>(_ column: String) throws -> Order {
    do {
        return try Order(column: column)
    } catch let error as UnknownColumn {
        throw ValidationError("\(error)")
    }
}
