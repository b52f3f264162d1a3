import Engine
import Foundation
import Testing

@testable import Platform

@Suite(.serialized) struct ProcessTests {
    @Test func signalsComeAsValues() async {
        var told = Signals.stream([.windowChanged, .continued]).makeAsyncIterator()
        for signal in [ProcessSignal.windowChanged, .continued, .windowChanged] {
            kill(getpid(), signal.number)
            #expect(await told.next() == signal)
        }
    }

    @Test func everyListenerIsToldAndNumbersReadBack() async {
        var one = Signals.stream([.windowChanged]).makeAsyncIterator()
        var other = Signals.stream().makeAsyncIterator()
        kill(getpid(), SIGWINCH)
        #expect(await one.next() == .windowChanged)
        #expect(await other.next() == .windowChanged)
        for signal in ProcessSignal.allCases { #expect(ProcessSignal(number: signal.number) == signal) }
        #expect(ProcessSignal(number: SIGUSR1) == nil)
    }

    @Test func theMonotonicClockNeverGoesBackAndASleepEndsAfterItsInstant() async {
        var last = SystemClock.monotonicNanoseconds()
        for _ in 0..<10_000 {
            let now = SystemClock.monotonicNanoseconds()
            #expect(now >= last)
            last = now
        }
        let instant = last + 2_000_000
        await SystemClock.sleep(until: instant)
        #expect(SystemClock.monotonicNanoseconds() >= instant)
        await SystemClock.sleep(until: 0)
        #expect(SystemClock.wallMicroseconds() > 1_700_000_000_000_000)
    }

    @Test func aCancelledSleepEndsAtOnce() async {
        let task = Task { await SystemClock.sleep(until: .max) }
        task.cancel()
        await task.value
        #expect(task.isCancelled)
    }

    @Test func theOperatorHasANameThatIsHarmless() {
        let ssh = "192.0.2.7 50022 192.0.2.1 22"
        #expect(Tty.loginName(environment: ["LOGNAME": "ana"], account: "x") == "ana")
        #expect(Tty.loginName(environment: ["SSH_CONNECTION": ssh], account: "bo") == "bo@192.0.2.7")
        #expect(Tty.loginName(environment: ["LOGNAME": "a\u{1B}[2J", "SSH_CONNECTION": ""], account: nil) == "a?[2J")
        #expect(Tty.loginName(environment: ["LOGNAME": ""], account: nil) == "unknown")
        #expect(!Tty.loginName.isEmpty)
    }

    @Test func filesBelongWhereTheSpecificationSays() {
        let plain = HomePaths(environment: ["XDG_DATA_HOME": "relative", "XDG_CACHE_HOME": "/c//"], home: "/home/ana")
        #expect(plain.config == "/home/ana/.config/kintsugi")
        #expect(plain.data == "/home/ana/.local/share/kintsugi")
        #expect(plain.state == "/home/ana/.local/state/kintsugi")
        #expect(plain.cache == "/c/kintsugi")
        #expect(HomePaths(environment: [:], home: "/").config == "/.config/kintsugi")
        #expect(Tty.homeDirectory.hasPrefix("/"))
    }

    @Test @MainActor func withoutATerminalThereIsOneSentence() {
        guard !(Tty.isTerminal(.input) && Tty.isTerminal(.output)) else { return }
        let refusal = #expect(throws: EngineError.self) { _ = try NcursesScreen.open() }
        #expect(refusal?.description.contains("run --headless") == true)
    }
}
