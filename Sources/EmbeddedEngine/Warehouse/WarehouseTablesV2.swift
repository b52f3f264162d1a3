/// What the second version of the warehouse adds: the slots that are expected, so that gaps can be asked for in SQL.
///
/// A gap depends on the calendar and on the time. Both are kept as rows: the expected slots of each calendar's hours, the
/// members with their lifetimes, and the moment of the newest answer applied. So a gap is a comparison within one
/// snapshot, and nothing has to be refreshed. The views hold no word that only SQLite knows.
enum WarehouseTablesV2 {
    static let script = tables + bars + gaps

    private static let tables = """
        -- The expected slots of one hour of one calendar; bit n is minute n. Hours without any are left out.
        CREATE TABLE calendar_hours (
            calendar TEXT NOT NULL, hour INTEGER NOT NULL, slots INTEGER NOT NULL,
            PRIMARY KEY (calendar, hour)) WITHOUT ROWID;
        -- The universe: minutes since 1970 in which slots are expected of a symbol, half-open.
        CREATE TABLE members (
            symbol INTEGER PRIMARY KEY, calendar TEXT NOT NULL, first INTEGER NOT NULL, "end" INTEGER NOT NULL);
        -- Unix microseconds of the newest answer applied, and how long after its end a slot is young.
        CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), stamp INTEGER NOT NULL, grace INTEGER NOT NULL);
        INSERT INTO clock (id, stamp, grace) VALUES (1, 0, 0);
        CREATE TABLE offsets (n INTEGER PRIMARY KEY);
        WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < 59)
            INSERT INTO offsets (n) SELECT n FROM counted;

        """

    /// As before, with `CASE` for `iif`, which other readers of the file do not know.
    private static let bars = ["bars", "revisions"].map { table in
        """
        DROP VIEW \(table)_v1;
        CREATE VIEW \(table)_v1 AS
            SELECT s.name AS symbol, b.minute * 60 AS time, b.open, b.high, b.low, b.close, b.volume,
                o.source AS source, CASE WHEN b.sampled <> 0 THEN 'sampled' ELSE 'candle' END AS quality, b.revision,
                b.received AS received_us, o.purpose, o.execution, o.attempt, o.object
            FROM \(table) b JOIN symbols s ON s.id = b.symbol JOIN origins o ON o.id = b.origin;

        """
    }.joined()

    /// Slots that have ended are expected; of those that are neither held nor proved quiet, the ones given up are
    /// unrepairable, and the others missing once they are past their grace and hold no witness. Runs of one verdict make a
    /// gap; none crosses a session, and no session crosses a UTC day.
    private static let gaps = """
        CREATE VIEW gaps_v1 AS
        WITH now AS (
            SELECT stamp, CAST((stamp - stamp % 60000000) / 60000000 AS BIGINT) AS unfinished,
                CAST(((stamp - grace) - (stamp - grace) % 60000000) / 60000000 AS BIGINT) AS young
            FROM clock),
        expected AS (
            SELECT m.symbol, h.hour, n.stamp, h.slots & (~\(before("m.first - h.hour * 60")))
                    & \(before("m.\"end\" - h.hour * 60")) & \(before("n.unfinished - h.hour * 60")) AS slots,
                \(before("n.young - h.hour * 60")) AS due
            FROM now n CROSS JOIN members m JOIN calendar_hours h ON h.calendar = m.calendar
            WHERE h.hour * 60 + 60 > m.first AND h.hour * 60 < m."end" AND h.hour * 60 < n.unfinished),
        bad AS (
            SELECT e.symbol, e.hour, e.stamp,
                e.slots & (~(coalesce(k.present, 0) | coalesce(k.quiet, 0))) & coalesce(k.unrepairable, 0) AS given_up,
                e.slots & e.due & (~(coalesce(k.present, 0) | coalesce(k.quiet, 0) | coalesce(k.unrepairable, 0)
                    | coalesce(k.one_witness, 0))) AS missing
            FROM expected e LEFT JOIN masks k ON k.symbol = e.symbol AND k.hour = e.hour),
        slots AS (
            SELECT b.symbol, b.stamp, b.hour * 60 + o.n AS minute,
                CASE WHEN ((b.given_up >> o.n) & 1) = 1 THEN 'unrepairable' ELSE 'missing' END AS verdict
            FROM bad b JOIN offsets o ON (((b.missing | b.given_up) >> o.n) & 1) = 1
            WHERE (b.missing | b.given_up) <> 0),
        runs AS (
            SELECT symbol, stamp, minute, verdict, minute - minute % 1440 AS day,
                minute - row_number() OVER (PARTITION BY symbol, verdict, minute - minute % 1440 ORDER BY minute) AS run
            FROM slots),
        found AS (
            SELECT symbol, verdict, min(minute) AS first, max(minute) + 1 AS "end", count(*) AS slots,
                max(stamp) AS stamp
            FROM runs GROUP BY symbol, verdict, day, run)
        SELECT s.name AS symbol, f.first * 60 AS time, f."end" * 60 AS end_time, f.slots, f.verdict,
            (SELECT x.reason FROM notes x
                WHERE x.symbol = f.symbol AND x.minute >= f.first AND x.minute < f."end" AND x.reason <> ''
                GROUP BY x.reason ORDER BY count(*) DESC, min(x.minute) LIMIT 1) AS reason,
            f.stamp AS as_of_us
        FROM found f JOIN symbols s ON s.id = f.symbol;
        """

    /// The slots of an hour before a minute of it; the minute may lie outside.
    private static func before(_ minute: String) -> String {
        "(CASE WHEN \(minute) <= 0 THEN 0 WHEN \(minute) >= 60 THEN \((1 << 60) - 1) ELSE (1 << (\(minute))) - 1 END)"
    }
}
