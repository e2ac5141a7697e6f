//! What stands in the storage itself, beside what the proxy tells.

use rusqlite::Connection;
use rusqlite::types::FromSql;
use scantill_types::PaymentId;

use super::World;

/// Each payment with what its newest line in the audit says.
const NEWEST_LINES: &str = "SELECT payment_id, payments.version, payments.state,
    (SELECT count(*) FROM audit WHERE audit.payment_id = payments.payment_id AND cursor > 0),
    (SELECT state FROM audit WHERE audit.payment_id = payments.payment_id AND cursor > 0 ORDER BY cursor DESC LIMIT 1)
    FROM payments";

impl World {
    /// The states that a payment went through, from the audit.
    pub fn states(&self, id: &PaymentId) -> Vec<String> {
        self.audited("state", id)
    }

    /// What the audit says of a payment in this column, the oldest first.
    pub fn audited(&self, column: &str, id: &PaymentId) -> Vec<String> {
        audited(&self.database(), column, id.as_str())
    }

    /// What somebody with a name wanted of a payment, from the audit.
    pub fn wanted(&self, id: &PaymentId) -> Vec<(String, String)> {
        let database = self.database();
        let wanted = "SELECT cause, detail ->> 'by' FROM audit WHERE payment_id = ?1 AND cursor > 0 AND detail ->> 'by' IS NOT NULL \
            ORDER BY cursor";
        let mut lines = database.prepare(wanted).unwrap();
        let wanted = lines.query_map([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        wanted.map(Result::unwrap).collect()
    }

    /// Every change of a payment left a line, the newest says how it stands, and none follows an end with another state.
    pub fn audit_is_whole(&self) {
        let database = self.database();
        let mut payments = database.prepare(NEWEST_LINES).unwrap();
        let mut rows = payments.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let (id, version, state): (String, i64, String) =
                (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
            assert_eq!(row.get::<_, i64>(3).unwrap(), version, "lines in the audit for the changes of {id}");
            assert_eq!(row.get::<_, String>(4).unwrap(), state, "the newest line of {id}");
            stays_final(&audited(&database, "state", &id));
        }
    }

    /// One value of the storage.
    pub fn stored<T: FromSql>(&self, sql: &str) -> T {
        self.database().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// The file itself, past the proxy.
    pub fn database(&self) -> Connection {
        Connection::open(self.folder.path().join("data/scantill.sqlite3")).unwrap()
    }
}

fn audited(database: &Connection, column: &str, id: &str) -> Vec<String> {
    let sql = format!("SELECT {column} FROM audit WHERE payment_id = ?1 AND cursor > 0 ORDER BY cursor");
    let mut lines = database.prepare(&sql).unwrap();
    let words = lines.query_map([id], |row| row.get(0)).unwrap();
    words.map(Result::unwrap).collect()
}

fn stays_final(states: &[String]) {
    let is_final =
        |state: &&String| ["successful", "failed", "expired", "cancelled"].contains(&state.as_str());
    let mut since_the_end = states.iter().skip_while(|state| !is_final(state));
    if let Some(end) = since_the_end.next() {
        assert!(since_the_end.all(|state| state == end), "a state follows an end: {states:?}");
    }
}
