import ConductorModel
import Testing

@Suite("Expressions")
struct ExpressionTests {
    @Test(
        "an expression is a root and a path",
        arguments: [
            ("tasks.build.output_data.files[0].name", "tasks['build']['output_data']['files'][0]['name']"),
            (" tasks['an.id'].status ", "tasks['an.id']['status']"),
            (#"tasks["an.id"]["a key"]['"']"#, #"tasks['an.id']['a key']['"']"#),
            ("tasks.a-b_c", "tasks['a-b_c']"),
            ("inputs", "inputs"), ("inputs.x", "inputs['x']"), ("inputs[12][0]", "inputs[12][0]"),
            ("inputs['']", "inputs['']"), ("\tfeedback\n", "feedback"), ("feedback.naïve", "feedback['naïve']"),
        ])
    func parsing(text: String, meaning: String) throws {
        #expect(try Expression(parsing: text[...]).description == "${{ \(meaning) }}")
        let template = try Template(parsing: "${{\(text)}}")
        #expect(template.onlyExpression == (try Expression(parsing: text[...])))
    }

    @Test(
        "an expression that cannot be read is repeated with what is wrong with it",
        arguments: [
            ("", "an expression begins with tasks, inputs or feedback"),
            ("nope", "an expression begins with tasks, inputs or feedback"),
            ("Tasks.a", "an expression begins with tasks, inputs or feedback"),
            ("task.a", "an expression begins with tasks, inputs or feedback"),
            ("tasks", #""tasks" is followed by the id of a task"#),
            ("tasks[0]", #""tasks" is followed by the id of a task"#),
            ("tasks['a b']", #""a b" is not the id of a task"#),
            ("inputs.", #"a name follows ".""#), ("inputs..x", #"a name follows ".""#),
            ("inputs x", #""." or "[" was expected before " ""#), ("inputs]", #""." or "[" was expected before "]""#),
            ("inputs['x", "a quote is not closed"), ("inputs['x\"]", "a quote is not closed"),
            ("inputs['x'", #""]" is missing"#), ("inputs[1", #""]" is missing"#), ("inputs[1.5]", #""]" is missing"#),
            ("inputs[]", #"a number or a quoted name follows "[""#),
            ("inputs[-1]", #"a number or a quoted name follows "[""#),
            ("inputs[99999999999999999999]", #"a number or a quoted name follows "[""#),
            ("inputs[\u{0663}]", #"a number or a quoted name follows "[""#),
            ("inputs[x]", #"a number or a quoted name follows "[""#),
        ])
    func refused(text: String, reason: String) {
        #expect(expressionError("before ${{\(text)}} behind") == "${{\(text)}}: \(reason)")
    }

    @Test("what an error repeats of an expression is cut short")
    func bounded() {
        let long = String(repeating: "x", count: 1 << 20)
        for text in ["${{ \(long) }}", "${{ tasks['\(long)!'] }}", "${{ inputs.\(long)[ }}"] {
            #expect((expressionError(text)?.utf8.count ?? .max) < 400)
        }
    }
}

@Suite("Templates")
struct TemplateTests {
    @Test("a string is cut at its expressions")
    func pieces() throws {
        let x = Template.Piece.expression(try Expression(parsing: "inputs.x"))
        let feedback = Template.Piece.expression(try Expression(parsing: "feedback"))
        #expect(try Template(parsing: "").pieces == [])
        #expect(try Template(parsing: "$ { {{ }} $").pieces == [.text("$ { {{ }} $")])
        #expect(try Template(parsing: "a ${{ inputs.x }} b").pieces == [.text("a "), x, .text(" b")])
        #expect(try Template(parsing: "${{inputs.x}}${{feedback}}").pieces == [x, feedback])
        #expect(try Template(parsing: "é${{inputs.x}}\u{301}").pieces == [.text("é"), x, .text("\u{301}")])
        #expect(try Template(parsing: "$ ${{inputs.x}}}").pieces == [.text("$ "), x, .text("}")])
    }

    @Test("in front of {{, two dollar signs stand for one")
    func escape() throws {
        let x = Template.Piece.expression(try Expression(parsing: "inputs.x"))
        #expect(try Template(parsing: "echo $${{ github.sha }}").pieces == [.text("echo ${{ github.sha }}")])
        #expect(try Template(parsing: "$${{").pieces == [.text("${{")])
        #expect(try Template(parsing: "$$${{inputs.x}}").pieces == [.text("$"), x])
        #expect(try Template(parsing: "$$$${{inputs.x}}").pieces == [.text("$${{inputs.x}}")])
        #expect(try Template(parsing: "${{inputs.x}}$${{y}}${{inputs.x}}").pieces == [x, .text("${{y}}"), x])
        #expect(try Template(parsing: "é$${{").pieces == [.text("é${{")])
        for text in ["$$", "$$ {{", "$$ ${", "a$$b", "$${", "{{ $$ }}"] {
            #expect(try Template(parsing: text).pieces == [.text(text)])
        }
    }

    @Test("only a string that is nothing but one expression takes the value's own type")
    func onlyExpression() throws {
        #expect(try Template(parsing: "${{ inputs.x }}").onlyExpression != nil)
        for text in ["", "x", " ${{ inputs.x }}", "${{ inputs.x }} ", "${{ inputs.x }}${{ inputs.x }}"] {
            #expect(try Template(parsing: text).onlyExpression == nil)
        }
    }

    @Test("an expression that does not end is refused", arguments: ["${{", "a ${{ inputs.x }", "${{inputs.x}}${{"])
    func notClosed(text: String) {
        #expect(expressionError(text) == #""${{" without "}}""#)
    }

    @Test("a megabyte of text is cut in one pass")
    func large() throws {
        let text = String(repeating: "a$", count: 1 << 19)
        #expect(try Template(parsing: text + " ${{ feedback }}").pieces.count == 2)
    }
}
