/// What a mouse did over the screen: the left button and the wheel, as far as a terminal reports them.
package struct MouseEvent: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        /// The left button went down; the second time of a double click is a double press.
        case press, doublePress
        /// It was moved to this cell with the button down.
        case drag
        case release
        /// One notch of the wheel.
        case wheelUp, wheelDown, wheelLeft, wheelRight
    }

    package var action: Action
    /// The cell, counted from 0 at the upper left; it may lie outside the screen.
    package var column: Int
    package var row: Int
    /// Whether Shift or Control was held. Terminals keep one or the other for themselves, so both mean the same.
    package var isModified: Bool

    package init(_ action: Action, column: Int, row: Int, isModified: Bool = false) {
        self.action = action
        self.column = column
        self.row = row
        self.isModified = isModified
    }
}
