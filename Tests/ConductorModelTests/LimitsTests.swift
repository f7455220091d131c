import ConductorJSON
import ConductorModel
import Testing

@Suite("Limits")
struct LimitsTests {
    @Test("hello tells every limit by its name")
    func json() {
        #expect(
            Limits().jsonText.string == """
                {"max_frame_bytes":4194304,"max_depth":32,"max_value_bytes":1048576,"max_value_depth":24,\
                "max_text_bytes":65536,"max_metadata_bytes":65536,"max_identifier_bytes":128,\
                "max_labels":16,"max_label_bytes":64,\
                "max_request_id_bytes":1024,"max_fan_out_bytes":67108864,"max_connections":32768,\
                "max_connections_per_uid":10000,\
                "max_connections_without_role":64,"max_requests_in_flight_per_connection":10000,\
                "max_queued_bytes_per_connection":67108864,"max_queued_bytes_per_uid":536870912,\
                "max_queued_bytes":2147483648,"max_subscriptions_per_connection":100,\
                "max_subscriptions_per_uid":10000,"max_subscriptions":32768,\
                "max_parse_errors_per_connection":10,"max_agents":32768,"max_agents_per_uid":10000,\
                "max_live_tasks_per_uid":200000,\
                "max_live_tasks":500000,"max_live_workflows":32768,"max_live_workflows_per_uid":10000,\
                "max_live_bytes_per_uid":1073741824,"max_live_bytes":4294967296,\
                "max_agent_demands_per_uid":64,"max_agent_demands":256,\
                "max_tasks_per_workflow":10000,"max_workflow_outputs":64,"max_policies":100,\
                "max_error_log_entries":1000,"max_page_size":1000,"frame_timeout_seconds":10,\
                "stall_timeout_seconds":60,\
                "max_listed_tasks_per_agent":100}
                """)
    }

    @Test("a limit that is configured is the one that is told")
    func configured() {
        var limits = Limits()
        limits.maxFrameBytes = 1
        limits.frameTimeout = .milliseconds(500)
        let text = limits.jsonText.string
        #expect(text.contains(#""max_frame_bytes":1,"#))
        #expect(text.contains(#""frame_timeout_seconds":0.5"#))
    }
}
