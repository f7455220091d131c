import ConductorJSON
import ConductorModel

extension Grant {
    /// The author's metadata, and as `remote` where the task is from; the feedback of a later round too, where there is
    /// room. An author's own `remote` stays as it is.
    func localMetadata(_ name: ClaimName) -> JSONText {
        for shownFeedback in [feedback, nil] {
            let text = metadata(name, shownFeedback)
            if text.bytes.count <= Limits.metadataBytes { return text }
        }
        return task.metadata
    }

    private func metadata(_ name: ClaimName, _ shownFeedback: JSONText?) -> JSONText {
        guard let own = try? task.metadata.parsed(), own.kind == .object, own["remote"] == nil else {
            return task.metadata
        }
        var writer = JSONWriter()
        writer.object { writer in
            for (key, value) in own.members { writer.member(key, value.text) }
            writer.key("remote")
            writer.object { writer in
                writer.member("owner", name.owner)
                writer.member("task_id", task.taskID)
                writer.member("workflow_id", workflowID)
                writer.member("attempt", attempt)
                writer.member("phase", phase)
                writer.member("feedback", shownFeedback)
            }
        }
        return writer.text
    }
}
