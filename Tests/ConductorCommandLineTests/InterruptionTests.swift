import ConductorClient
import ConductorCommandLine
import Testing

@Suite("An interruption of what is followed")
struct InterruptionTests {
    @Test("is told once when it begins and once when it is over")
    func lost() {
        var interruption = Interruption()
        #expect(interruption.ended() == nil)
        #expect(interruption.began(ConnectionFault.lost(errno: nil))?.hasSuffix("waiting for it to come back") == true)
        #expect(interruption.began(ConnectionFault.notReachable(path: "/s", errno: 2)) == nil)
        #expect(interruption.began(ConnectionFault.foreign(path: "/s", uid: 1, demanded: 0)) == nil)
        #expect(interruption.ended() == "conductord is back")
        #expect(interruption.ended() == nil)
    }

    @Test("that a slow reader makes is not the daemon's: only what was left out is told")
    func overrun() {
        var interruption = Interruption()
        #expect(
            interruption.began(ConnectionFault.overrun(limit: 9, leftOut: 3))
                == "3 lines dropped: more came than were read")
        #expect(interruption.ended() == nil)
        #expect(interruption.began(ConnectionFault.overrun(limit: 9, leftOut: 0)) == nil)
        #expect(interruption.ended() == nil)
    }
}
