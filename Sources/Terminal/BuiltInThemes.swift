extension Theme {
    /// Dark glaze and gold seams: what was broken is the brightest thing on the screen.
    package static let kintsugi = Theme(
        name: "kintsugi", note: "Dark glaze and gold seams: what was broken is the brightest thing on the screen.",
        styles: [
            .text: Style(foreground: .terminalDefault),
            .dim: Style(foreground: .indexed(243), foreground16: 8),
            .strong: Style(foreground: .indexed(255), foreground16: 15, bold: true),
            .title: Style(foreground: .indexed(180), foreground16: 3, bold: true),
            .border: Style(foreground: .indexed(238), foreground16: 8),
            .borderFocused: Style(foreground: .indexed(178), foreground16: 3),
            .borderProduction: Style(foreground: .indexed(131), foreground16: 1),
            .key: Style(foreground: .indexed(178), foreground16: 11, bold: true),
            .hint: Style(foreground: .indexed(245), foreground16: 7),
            .value: Style(foreground: .indexed(253), foreground16: 15),
            .symbol: Style(foreground: .indexed(252), foreground16: 7),
            .heading: Style(foreground: .indexed(109), foreground16: 6),
            .cursor: Style(foreground: .indexed(230), foreground16: 15, bold: true),
            .marked: Style(foreground: .indexed(16), background: .indexed(139), foreground16: 0, background16: 5),
            .good: Style(foreground: .indexed(108), foreground16: 2),
            .busy: Style(foreground: .indexed(117), foreground16: 14, bold: true),
            .warning: Style(foreground: .indexed(215), foreground16: 11),
            .bad: Style(foreground: .indexed(203), foreground16: 9, bold: true),
            .gold: Style(foreground: .indexed(220), foreground16: 11, bold: true),
            .info: Style(foreground: .indexed(109), foreground16: 6),
            .ticket: Style(foreground: .indexed(215), foreground16: 11, bold: true),
            .page: Style(
                foreground: .indexed(231), background: .indexed(124), foreground16: 15, background16: 1, bold: true),
            .banner: Style(
                foreground: .indexed(16), background: .indexed(178), foreground16: 0, background16: 3, bold: true),
            .bannerSimulated: Style(
                foreground: .indexed(230), background: .indexed(24), foreground16: 15, background16: 4),
            .dialog: Style(foreground: .indexed(253), background: .indexed(236), foreground16: 15, background16: 0),
            .dialogKey: Style(
                foreground: .indexed(220), background: .indexed(236), foreground16: 11, background16: 0, bold: true),
            .heat0: Style(
                foreground: .indexed(209), background: .indexed(232), foreground16: 9, background16: 0, bold: true),
            .heat1: Style(
                foreground: .indexed(209), background: .indexed(233), foreground16: 9, background16: 0, bold: true),
            .heat2: Style(
                foreground: .indexed(209), background: .indexed(234), foreground16: 9, background16: 0, bold: true),
            .heat3: Style(
                foreground: .indexed(209), background: .indexed(235), foreground16: 9, background16: 0, bold: true),
            .heat4: Style(
                foreground: .indexed(215), background: .indexed(236), foreground16: 11, background16: 0, bold: true),
            .heat5: Style(
                foreground: .indexed(215), background: .indexed(237), foreground16: 11, background16: 8, bold: true),
            .heat6: Style(
                foreground: .indexed(216), background: .indexed(238), foreground16: 15, background16: 8, bold: true),
            .heat7: Style(
                foreground: .indexed(216), background: .indexed(239), foreground16: 15, background16: 8, bold: true),
            .heat8: Style(foreground: .indexed(152), background: .indexed(23), foreground16: 0, background16: 6),
            .cellHealed: Style(
                foreground: .indexed(220), background: .indexed(23), foreground16: 0, background16: 3, bold: true),
            .cellSeam: Style(foreground: .indexed(178), background: .indexed(23), foreground16: 0, background16: 6),
            .cellRepairing: Style(
                foreground: .indexed(231), background: .indexed(25), foreground16: 15, background16: 4, bold: true),
            .cellUnrepairable: Style(
                foreground: .indexed(231), background: .indexed(124), foreground16: 15, background16: 1, bold: true),
            .cellPending: Style(foreground: .indexed(241), foreground16: 8),
            .cellQuiet: Style(foreground: .indexed(109), background: .indexed(23), foreground16: 0, background16: 6),
            .cellMissing: Style(
                foreground: .indexed(209), background: .indexed(235), foreground16: 9, background16: 0, bold: true),
            .graph: Style(foreground: .indexed(30), foreground16: 6),
            .graphPeak: Style(foreground: .indexed(80), foreground16: 14),
        ])

    /// No colour at all: every state has a glyph of its own.
    package static let mono = Theme(
        name: "mono", note: "No colour at all: every state has a glyph of its own.", colourless: true,
        styles: [
            .dim: Style(dim: true),
            .strong: Style(bold: true),
            .title: Style(bold: true),
            .border: Style(dim: true),
            .borderFocused: Style(bold: true),
            .borderProduction: Style(),
            .key: Style(bold: true),
            .value: Style(bold: true),
            .heading: Style(dim: true),
            .cursor: Style(bold: true),
            .marked: Style(reverse: true),
            .busy: Style(bold: true),
            .warning: Style(bold: true),
            .bad: Style(bold: true, underline: true),
            .gold: Style(bold: true),
            .ticket: Style(bold: true),
            .page: Style(bold: true, reverse: true),
            .banner: Style(bold: true, reverse: true),
            .bannerSimulated: Style(reverse: true),
            .dialog: Style(reverse: true),
            .dialogKey: Style(bold: true, reverse: true),
            .heat0: Style(bold: true),
            .heat1: Style(bold: true),
            .heat2: Style(bold: true),
            .heat3: Style(bold: true),
            .heat4: Style(bold: true),
            .heat5: Style(bold: true),
            .heat6: Style(bold: true),
            .heat7: Style(bold: true),
            .cellHealed: Style(bold: true),
            .cellRepairing: Style(bold: true),
            .cellUnrepairable: Style(bold: true, reverse: true),
            .cellPending: Style(dim: true),
            .cellMissing: Style(bold: true),
            .graphPeak: Style(bold: true),
        ])

    /// What the program runs with where no theme file can be read.
    package static let builtIn: [Theme] = [.kintsugi, .mono]
}
