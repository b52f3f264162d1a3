package import Engine
package import Pipeline
package import Terminal

/// What can happen to the console.
package enum ConsoleEvent {
    /// A key, the mouse, a new size, the return from being suspended, the end of the line.
    case screen(ScreenEvent)
    /// The newest status of the pipeline; the market's present moment is its clock.
    case status(PipelineStatus)
    /// The answer to `ConsoleEffect.load`: partitions of these symbols and hours that are absent hold nothing.
    case cells([MaskRow], hours: Range<Hour>, symbols: [SymbolName])
    /// The answer to `ConsoleEffect.loadChanges`.
    case changed([MaskRow])
    /// The answer to `ConsoleEffect.loadReasons`: words of why slots were lost, by symbol; who lost none is absent.
    case reasons([SymbolName: [String]], hours: Range<Hour>)
    /// The answer to `ConsoleEffect.inspect`.
    case inspected(SymbolName, Range<Minute>, Inspection)
    /// The answer to `ConsoleEffect.readFacts`.
    case facts(FactSheet, FactQuestion)
    /// The answer to `ConsoleEffect.readJournal`: the lines of an execution, oldest first.
    case journal(execution: String, [JournalLine])
    /// An order was taken or refused; the text is shown as it is.
    case answered(orderText: String, ok: Bool)
    /// The process stands otherwise to the pipeline it shows.
    case standing(OwnerStanding)
    /// Monotonic real time, in milliseconds; sent when `ConsoleStateMachine.nextTick` is due.
    case tick(monotonicMilliseconds: Int64)
    /// The themes that can be chosen, read anew.
    case themes([Theme])
    /// Something the console asked for could not be done; the text says what and what to do.
    case trouble(String)
}

/// What the console asks for.
package enum ConsoleEffect: Hashable, Sendable {
    /// Give this order to the pipeline.
    case order(OperatorOrder)
    /// Read the masks of these symbols in these hours; answered by `ConsoleEvent.cells`.
    case load(symbols: [SymbolName], hours: Range<Hour>)
    /// Read the masks, of all symbols, that changed since a version of the warehouse; answered by `ConsoleEvent.changed`.
    case loadChanges(since: Int64, hours: Range<Hour>)
    /// Read why slots of these hours were lost; answered by `ConsoleEvent.reasons`.
    case loadReasons(symbols: [SymbolName], hours: Range<Hour>)
    /// Read all that is known of these minutes; answered by `ConsoleEvent.inspected`.
    case inspect(SymbolName, minutes: Range<Minute>)
    /// Read what was worked out of the bars; answered by `ConsoleEvent.facts`.
    case readFacts(FactQuestion)
    /// Read the journal of an execution; answered by `ConsoleEvent.journal`.
    case readJournal(execution: String)
    /// Put a text on the clipboard of the person's terminal.
    case copy(String)
    /// Write down which keys are bound anew, in this order; answered by `ConsoleEvent.answered`.
    case saveKeys([BoundKey])
    /// Let the terminal report the mouse, or no more.
    case reportMouse(Bool)
    /// Give the terminal back and stop until resumed.
    case suspend
    /// Draw the next frame whole.
    case repaint
    /// Become the owner of the data directory, whose owner is gone.
    case takeOver
    /// Leave the console.
    case quit
}

/// What a console wants to know of what was worked out of the bars.
package struct FactQuestion: Hashable, Sendable {
    /// Sorted.
    package var symbols: [SymbolName]
    package var calendar: CalendarName
    package var minutes: Range<Minute>
    /// Counts up with each row that is built; it makes an answer old.
    package var rowsBuilt: Int64
}
