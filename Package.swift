// swift-tools-version: 6.2
import PackageDescription

// Every target is built the same way: Swift 6 language mode, warnings are errors, and an import is visible only in the
// file that writes it, so that the compiler itself keeps the arrows drawn in ARCHITECTURE.md.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

/// A room that hundreds of simulated sessions go through in the tests: optimised in debug builds too, which makes these
/// about four times as fast.
func core(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies,
        swiftSettings: house + [.unsafeFlags(["-O"], .when(configuration: .debug))])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: house)
}

let package = Package(
    name: "kintsugi",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "kintsugi", targets: ["kintsugi"])],
    dependencies: [
        // SQLite with WAL, a pool of readers beside one writer, and migrations; used by EmbeddedEngine alone.
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // Subcommands, help and completions as people expect them of a command line.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // A small HTTP server for the simulated exchange; serves loopback only.
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
        // SHA-256 of raw objects and of the inputs of derived rows; used by Codec alone.
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    ],
    targets: [
        // The boundary and the values that cross it.
        core("Engine"),
        core("Codec", ["CZlib", .product(name: "Crypto", package: "swift-crypto")]),

        // Functional core: values in, values out.
        core("Pipeline", ["Engine"]),
        core("Exchange", ["Pipeline"]),
        room("Configuration", ["Pipeline"]),
        room("Terminal"),
        room("Console", ["Pipeline", "Terminal", "Engine"]),

        // What passes between the owner of a data directory and those who look on.
        room("Attachment", ["Pipeline"]),

        // Imperative shell and what stands behind the boundary.
        core("Runtime", ["Pipeline", "Engine", "Codec"]),
        room(
            "EmbeddedEngine",
            [
                "Engine", "Codec", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        room(
            "ExchangeServer",
            [
                "Exchange", "Pipeline", .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ]),
        room("Platform", ["Engine", "Terminal", "CCurl", "CNcurses"]),
        core("Simulation", ["Runtime", "Pipeline", "Engine", "Codec", "Exchange"]),
        .executableTarget(
            name: "kintsugi",
            dependencies: [
                "Pipeline", "Engine", "Runtime", "Configuration", "Console", "Terminal", "EmbeddedEngine", "Exchange",
                "ExchangeServer", "Platform", "Simulation", "Attachment",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house),

        // Makes the pictures in screenshots/ again; not shipped.
        .executableTarget(
            name: "screenshots",
            dependencies: [
                "Platform", "Terminal", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house),

        // C libraries. ncurses and libcurl hide macros and variadic calls behind typed wrappers.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),

        // One test target per room.
        tests("CodecTests", ["Codec"]),
        tests("PipelineTests", ["Pipeline", "Engine"]),
        tests("AttachmentTests", ["Attachment", "Pipeline"]),
        tests("ExchangeTests", ["Exchange", "ExchangeServer", "Pipeline"]),
        tests("TerminalTests", ["Terminal"]),
        tests("ConsoleTests", ["Console", "Terminal", "Pipeline", "Engine"]),
        tests("ConfigurationTests", ["Configuration", "Pipeline"]),
        tests("EmbeddedEngineTests", ["EmbeddedEngine", "Engine", "Pipeline", "Runtime", "Simulation"]),
        tests("PlatformTests", ["Platform", "Engine", "Terminal"]),
        tests("RuntimeTests", ["Runtime", "Pipeline", "Engine", "Codec", "Simulation"]),
        tests(
            "FaultTests", ["Exchange", "ExchangeServer", "Platform", "Pipeline", "Engine", "Runtime", "Simulation"]),
        tests("StyleTests", []),
        tests("SimulationTests", ["Simulation", "Pipeline", "Engine", "Exchange"]),
        tests("KintsugiTests", ["Pipeline", "Attachment", "Platform", "Console"]),
    ]
)
