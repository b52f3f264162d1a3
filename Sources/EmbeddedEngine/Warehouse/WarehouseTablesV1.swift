/// The tables of the warehouse as of its first version, and the views that people and other programs may rely on.
///
/// Names are kept once: symbols and the origins of bars have numbers. A bar of one symbol lies beside the next of the
/// same symbol, because ranges of minutes are what is read.
enum WarehouseTablesV1 {
    static let script = names + curated + derived + views

    private static let names = """
        CREATE TABLE progress (
            id INTEGER PRIMARY KEY CHECK (id = 1), applied INTEGER NOT NULL, version INTEGER NOT NULL);
        -- Symbols, and the names of calendars, which market hours carry in a symbol's place.
        CREATE TABLE symbols (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE origins (
            id INTEGER PRIMARY KEY, object TEXT NOT NULL, execution TEXT NOT NULL, attempt INTEGER NOT NULL,
            purpose TEXT NOT NULL, source TEXT NOT NULL, UNIQUE (object, execution, attempt, purpose, source));

        """

    private static let curated = """
        CREATE TABLE bars (
            symbol INTEGER NOT NULL, minute INTEGER NOT NULL, open REAL, high REAL, low REAL, close REAL NOT NULL,
            volume REAL, sampled INTEGER NOT NULL, revision INTEGER NOT NULL, origin INTEGER NOT NULL,
            received INTEGER NOT NULL, PRIMARY KEY (symbol, minute)) WITHOUT ROWID;
        CREATE TABLE revisions (
            symbol INTEGER NOT NULL, minute INTEGER NOT NULL, open REAL, high REAL, low REAL, close REAL NOT NULL,
            volume REAL, sampled INTEGER NOT NULL, revision INTEGER NOT NULL, origin INTEGER NOT NULL,
            received INTEGER NOT NULL, PRIMARY KEY (symbol, minute, revision)) WITHOUT ROWID;
        -- Bit n of a mask is minute n of the hour; the number is signed and has the same bits.
        CREATE TABLE masks (
            symbol INTEGER NOT NULL, hour INTEGER NOT NULL, present INTEGER NOT NULL, sampled INTEGER NOT NULL,
            quiet INTEGER NOT NULL, one_witness INTEGER NOT NULL, unrepairable INTEGER NOT NULL,
            healed INTEGER NOT NULL, settled INTEGER NOT NULL, revised INTEGER NOT NULL, version INTEGER NOT NULL,
            PRIMARY KEY (symbol, hour)) WITHOUT ROWID;
        CREATE INDEX masks_version ON masks (version);
        CREATE TABLE notes (
            symbol INTEGER NOT NULL, minute INTEGER NOT NULL, witnessed INTEGER NOT NULL,
            witness_execution TEXT NOT NULL, attempts INTEGER NOT NULL, reason TEXT NOT NULL, object TEXT NOT NULL,
            PRIMARY KEY (symbol, minute)) WITHOUT ROWID;
        CREATE TABLE quarantine (
            id INTEGER PRIMARY KEY, symbol INTEGER NOT NULL, minute INTEGER NOT NULL, reason TEXT NOT NULL,
            detail TEXT NOT NULL, origin INTEGER NOT NULL, received INTEGER NOT NULL);
        CREATE INDEX quarantine_minute ON quarantine (minute);

        """

    private static let derived = """
        -- span: 0 hourly, 1 session, 2 market.
        CREATE TABLE derived (
            span INTEGER NOT NULL, symbol INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, open REAL,
            high REAL, low REAL, close REAL, volume REAL, vwap REAL, realized_variance REAL, expected INTEGER NOT NULL,
            present INTEGER NOT NULL, quiet INTEGER NOT NULL, sampled INTEGER NOT NULL, healed INTEGER NOT NULL,
            revised INTEGER NOT NULL, completeness TEXT NOT NULL, digest TEXT NOT NULL, mean_log_return REAL,
            rose INTEGER, fell INTEGER, PRIMARY KEY (span, symbol, start)) WITHOUT ROWID;

        """

    private static let views =
        view("bars_v1", of: "bars") + view("revisions_v1", of: "revisions")
        + spanView("hourly_v1", 0) + spanView("session_v1", 1) + """
            CREATE VIEW market_v1 AS
                SELECT s.name AS calendar, d.start * 60 AS time, d."end" * 60 AS end_time,
                    d.mean_log_return, d.rose, d.fell, d.expected, d.present, d.quiet, d.sampled, d.healed, d.revised,
                    d.completeness, d.digest
                FROM derived d JOIN symbols s ON s.id = d.symbol WHERE d.span = 2;
            """

    /// Times are unix seconds, `received_us` unix microseconds.
    private static func view(_ name: String, of table: String) -> String {
        """
        CREATE VIEW \(name) AS
            SELECT s.name AS symbol, b.minute * 60 AS time, b.open, b.high, b.low, b.close, b.volume,
                o.source AS source, iif(b.sampled, 'sampled', 'candle') AS quality, b.revision,
                b.received AS received_us, o.purpose, o.execution, o.attempt, o.object
            FROM \(table) b JOIN symbols s ON s.id = b.symbol JOIN origins o ON o.id = b.origin;

        """
    }

    private static func spanView(_ name: String, _ span: Int) -> String {
        """
        CREATE VIEW \(name) AS
            SELECT s.name AS symbol, d.start * 60 AS time, d."end" * 60 AS end_time, d.open, d.high, d.low, d.close,
                d.volume, d.vwap, d.realized_variance, d.expected, d.present, d.quiet, d.sampled, d.healed, d.revised,
                d.completeness, d.digest
            FROM derived d JOIN symbols s ON s.id = d.symbol WHERE d.span = \(span);

        """
    }
}
