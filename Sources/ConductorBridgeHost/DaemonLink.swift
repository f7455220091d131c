import ConductorClient

/// The connection of the moment to the own daemon, for what needs no connection of its own.
actor DaemonLink {
    private var client: ConductorClient?

    func attach(_ client: ConductorClient) {
        self.client = client
    }

    func detach() {
        client = nil
    }

    func current() throws(ConnectionFault) -> ConductorClient {
        guard let client else { throw .lost(errno: nil) }
        return client
    }
}
