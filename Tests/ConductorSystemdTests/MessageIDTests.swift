import ConductorSystemd
import Testing

@Suite struct MessageIDTests {
    @Test("32 lower-case hex digits are a message id and come out as they went in")
    func roundTrip() {
        let text = "00ff3a5c6b1e4c279d52e07f41b8a693"
        #expect(MessageID(text)?.description == text)
        #expect(MessageID(text) == MessageID(0x00ff_3a5c_6b1e_4c27_9d52_e07f_41b8_a693))
    }

    @Test(
        "Anything else is no message id",
        arguments: [
            "", "00ff3a5c6b1e4c279d52e07f41b8a69", "00ff3a5c6b1e4c279d52e07f41b8a6930",
            "00FF3a5c6b1e4c279d52e07f41b8a693", "+0ff3a5c6b1e4c279d52e07f41b8a693",
            "00ff3a5c-6b1e4c279d52e07f41b8a69", "é0ff3a5c6b1e4c279d52e07f41b8a6",
        ])
    func refused(text: String) {
        #expect(MessageID(text) == nil)
    }
}
