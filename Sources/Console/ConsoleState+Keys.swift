import Pipeline
import Terminal

extension ConsoleState {
    /// One key. What lies over the panels takes it first; a paste is text where text is asked for, and nothing elsewhere.
    mutating func press(_ key: Key) -> [ConsoleEffect] {
        toast = nil
        gapSearch = nil
        if isWallboard { return pressOnWallboard(key) }
        switch overlay {
        case .asking(let question): return answer(question, key)
        case .typing(let typed): return type(key, into: typed)
        case .command(let line): return typeCommand(key, line)
        case .filtering(let before): return typeFilter(key, before: before)
        case .leaving: return pressWhileLeaving(key)
        case .journal(let view): return pressInJournal(key, view)
        case .help(let panel, let page): return pressInHelp(key, panel: panel, page: page)
        case .nothing:
            guard let action = keyMap.action(for: key) else { return [] }
            return perform(action)
        }
    }

    /// A wall has no hands: only leaving, suspending and drawing anew are left.
    private mutating func pressOnWallboard(_ key: Key) -> [ConsoleEffect] {
        switch key {
        case .character("q"), .control("c"): return [.quit]
        case .control("l"): return [.repaint]
        default: return []
        }
    }

    /// What a key of the table does; every case of the table is here.
    mutating func perform(_ action: ConsoleAction) -> [ConsoleEffect] {
        switch action {
        case .moveUp, .moveDown, .moveLeft, .moveRight, .pageUp, .pageDown, .firstRow, .lastRow: move(action)
        case .oldest: moveToOldest()
        case .newest: moveToNewest()
        case .nextGap: return moveToGap(forward: true)
        case .previousGap: return moveToGap(forward: false)
        case .nextSession: moveSession(forward: true)
        case .previousSession: moveSession(forward: false)
        case .goTo: askGoTo()
        case .zoomIn: if focus == .stream { arrivals.widen(by: -1) } else { zoom(by: 1) }
        case .zoomOut: if focus == .stream { arrivals.widen(by: 1) } else { zoom(by: -1) }
        case .mark: if focus == .lab { switchFlaw() } else { markCell() }
        case .markRange: markRange(.range)
        case .markRectangle: markRange(.rectangle)
        case .markRow: markRow()
        case .back: goBack()
        case .open: return openHere()
        case .repair: askRepair(actingSelections)
        case .repairView: askRepair(gapsInView)
        case .resynthesize: askResynthesis(actingSelections)
        case .resynthesizeView: askResynthesis(viewSelections)
        case .audit: askAudit()
        case .cancel: askCancel()
        case .redrive: askRedrive()
        case .acknowledge: askAcknowledgement()
        case .snooze: askSnooze()
        case .undo: askUndo()
        case .sort: switchOrder()
        case .filter: overlay = .filtering(before: filter)
        case .density: switchDensity()
        case .freeze: switchFreeze()
        case .nextLayout: switchDivision()
        case .palette: overlay = .command(CommandLine())
        case .clock: switchClock()
        case .nextPanel: focusNext(1)
        case .previousPanel: focusNext(-1)
        case .panel(let number): choosePanel(number)
        case .fullScreen: switchFullScreen()
        case .help: overlay = .help(focus, page: 0)
        case .mouse: return switchMouse()
        case .nextTheme: switchTheme()
        case .slower: return changeSpeed(faster: false)
        case .faster: return changeSpeed(faster: true)
        case .copy: return copyHere()
        case .repaint: return [.repaint]
        case .suspend: return [.suspend]
        case .takeOver: return takeOver()
        case .quit: return quitOrClose()
        }
        return []
    }

    private mutating func quitOrClose() -> [ConsoleEffect] {
        if closesSomething() { return [] }
        return leave()
    }

    /// Closes what is open, innermost first; whether there was anything.
    private mutating func closesSomething() -> Bool {
        if rangeAnchor != nil {
            rangeAnchor = nil
        } else if fullScreen != nil {
            fullScreen = nil
            focus = .coverage
        } else {
            return false
        }
        return true
    }

    private mutating func goBack() {
        if closesSomething() { return }
        if !marks.isEmpty {
            marks = MarkedSlots()
        } else if !filter.isEmpty {
            filter = ""
        } else if focus != .coverage {
            focus = .coverage
        } else if let before = openedFrom.popLast() {
            zoom(to: before)
        } else if zoom == .hour {
            zoom(by: -1)
        }
    }

    private mutating func typeFilter(_ key: Key, before: String) -> [ConsoleEffect] {
        switch key {
        case .enter: overlay = .nothing
        case .escape, .control("c"):
            filter = before
            overlay = .nothing
        case .backspace, .delete: if !filter.isEmpty { filter.removeLast() }
        case .control("u"): filter = ""
        case .character(let character) where characterWidth(character) > 0 && filter.count < 64:
            filter.append(character)
        case .paste(let text): filter += String(harmless(text, limit: 64).prefix(64 - min(64, filter.count)))
        default: break
        }
        return []
    }
}

extension Key {
    var isPaste: Bool {
        if case .paste = self { return true }
        return false
    }
}
