//! A thread that owns a connection. The writer commits all waiting jobs in one transaction: a sync to disk costs
//! milliseconds, and ten payments may share one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::super::listeners::Listeners;
use super::super::{StorageError, StoredPayment};
use super::devices::Revocations;
use crate::failpoint::{self, Failpoint};
use crate::fair_share::Tenant;
use crate::poll_queue::{LocalPollQueue, PollPlan};

/// How many jobs share one transaction at most.
const GROUP_MAX: usize = 64;

/// What a write may do: change the storage, and say what changed.
pub(super) struct Write<'a> {
    pub(super) connection: &'a Connection,
    changed: &'a mut Changed,
}

impl Write<'_> {
    /// Announces a change once it is durable.
    pub(super) fn announce(&mut self, stored: StoredPayment, due_at: Option<scantill_types::Timestamp>) {
        let (version, is_finished) = (stored.version, stored.is_finished());
        let plan = PollPlan { due_at, version, is_finished, tenant: Tenant::from(&stored) };
        self.changed.push((stored, Some(plan)));
    }

    /// Announces a change that leaves the plan of the payment's next look as it is.
    pub(super) fn announce_unplanned(&mut self, stored: StoredPayment) {
        self.changed.push((stored, None));
    }
}

/// Where changes are announced.
pub(super) struct Announced {
    pub(super) listeners: Arc<Listeners>,
    pub(super) poll_queue: Arc<LocalPollQueue>,
    pub(super) revocations: Arc<Revocations>,
}

type Changed = Vec<(StoredPayment, Option<PollPlan>)>;
type Answer = Box<dyn FnOnce(Result<(), StorageError>) + Send>;
type Job = Box<dyn FnOnce(&Connection, &mut Changed) -> Ran + Send>;

/// A job that ran inside the transaction: whether its writes may stay, and what answers its caller once the commit
/// is known.
struct Ran {
    succeeded: bool,
    answer: Answer,
}

#[derive(Debug)]
pub(super) struct Worker {
    jobs: mpsc::Sender<Job>,
    /// The last job failed because the storage cannot be used.
    has_failed: AtomicBool,
}

impl Worker {
    pub(super) fn start(
        name: &str,
        connection: Connection,
        announced: Option<Announced>,
    ) -> Result<Self, StorageError> {
        let (jobs, queue) = mpsc::channel();
        let run = move || match announced {
            Some(announced) => run_writer(&connection, &queue, &announced),
            None => run_reader(&connection, &queue),
        };
        std::thread::Builder::new()
            .name(name.into())
            .spawn(run)
            .map_err(|error| StorageError::Unavailable(error.to_string()))?;
        Ok(Self { jobs, has_failed: AtomicBool::new(false) })
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.write(move |write| read(write.connection)).await
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Write<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection, changed| {
            let result = write(&mut Write { connection, changed });
            let succeeded = result.is_ok();
            let answer = Box::new(move |committed: Result<(), StorageError>| {
                // The caller may have gone away; what was committed stays committed.
                let _ = reply.send(committed.and(result));
            });
            Ran { succeeded, answer }
        });
        let gone = || StorageError::Unavailable("the storage could not be written".into());
        let done = match self.jobs.send(job) {
            Ok(()) => answer.await.unwrap_or_else(|_| Err(gone())),
            Err(_) => Err(gone()),
        };
        self.has_failed.store(matches!(done, Err(StorageError::Unavailable(_))), Ordering::Relaxed);
        done
    }

    pub(super) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }
}

fn run_reader(connection: &Connection, queue: &mpsc::Receiver<Job>) {
    for job in queue {
        (job(connection, &mut Vec::new()).answer)(Ok(()));
    }
}

fn run_writer(connection: &Connection, queue: &mpsc::Receiver<Job>, announced: &Announced) {
    while let Ok(first) = queue.recv() {
        let group = std::iter::once(first).chain(queue.try_iter().take(GROUP_MAX - 1));
        let (answers, changed, committed) = run_group(connection, group);
        if committed.is_ok() {
            failpoint::reach(Failpoint::Untold);
            for (stored, plan) in changed {
                if let Some(plan) = plan {
                    announced.poll_queue.plan(stored.id(), plan);
                }
                announced.listeners.tell(stored);
            }
            announced.revocations.tell();
        }
        for answer in answers {
            answer(committed.clone());
        }
    }
}

fn run_group(
    connection: &Connection,
    group: impl Iterator<Item = Job>,
) -> (Vec<Answer>, Changed, Result<(), StorageError>) {
    let mut changed = Vec::new();
    let mut answers = Vec::new();
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        // Outside a transaction each job would commit by itself: dropped unrun, they tell their callers so.
        tracing::error!(%error, "no transaction can be begun");
        return (answers, changed, Err(error.into()));
    }
    for job in group {
        // A full disk may have rolled everything back: then nothing that follows may run either.
        if connection.is_autocommit() {
            break;
        }
        answers.push(run_job(connection, job, &mut changed));
    }
    failpoint::reach(Failpoint::Uncommitted);
    let committed = connection.execute_batch("COMMIT").map_err(StorageError::from);
    if committed.is_err() && !connection.is_autocommit() {
        // A rollback that fails leaves nothing committed either; the next BEGIN will tell.
        let _ = connection.execute_batch("ROLLBACK");
    }
    (answers, changed, committed)
}

/// Each job stands in a savepoint of its own, so that one that fails takes none of its neighbours with it.
fn run_job(connection: &Connection, job: Job, changed: &mut Changed) -> Answer {
    let kept = changed.len();
    let opened = connection.execute_batch("SAVEPOINT job");
    let Ran { succeeded, answer } = job(connection, changed);
    if !succeeded {
        changed.truncate(kept);
    }
    let end = if succeeded { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
    let closed = opened.and_then(|()| connection.execute_batch(end));
    match closed.map_err(StorageError::from) {
        Ok(()) => answer,
        Err(error) => {
            changed.truncate(kept);
            Box::new(move |_| answer(Err(error)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    struct Database {
        folder: TempDir,
        worker: Worker,
    }

    /// A connection that waits for nobody.
    fn connect(folder: &TempDir) -> Connection {
        let connection = Connection::open(folder.path().join("data")).unwrap();
        connection.busy_timeout(std::time::Duration::ZERO).unwrap();
        connection
    }

    fn database() -> Database {
        let folder = TempDir::new().unwrap();
        let connection = connect(&folder);
        let tables = "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;
            CREATE TABLE sales (id INTEGER PRIMARY KEY);
            CREATE TABLE payments (sale INTEGER REFERENCES sales DEFERRABLE INITIALLY DEFERRED);";
        connection.execute_batch(tables).unwrap();
        let announced =
            Announced { listeners: Arc::default(), poll_queue: Arc::default(), revocations: Arc::default() };
        let worker = Worker::start("test", connection, Some(announced)).unwrap();
        Database { folder, worker }
    }

    async fn write(database: &Database, sql: &'static str) -> Result<(), StorageError> {
        database.worker.write(move |write| Ok(write.connection.execute_batch(sql)?)).await
    }

    fn count(database: &Database) -> i64 {
        connect(&database.folder).query_row("SELECT count(*) FROM sales", [], |row| row.get(0)).unwrap()
    }

    #[tokio::test]
    async fn without_a_transaction_nothing_is_written_and_the_next_succeeds() {
        let database = database();
        let other = connect(&database.folder);
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        // Were it run outside a transaction, it would free the storage itself, and its write would stay.
        let freeing = database.worker.write(move |write| {
            other.execute_batch("ROLLBACK")?;
            Ok(write.connection.execute_batch("INSERT INTO sales VALUES (NULL)")?)
        });
        freeing.await.unwrap_err();
        assert_eq!(count(&database), 0);
        write(&database, "INSERT INTO sales VALUES (NULL)").await.unwrap();
        assert_eq!(count(&database), 1);
    }

    #[tokio::test]
    async fn a_job_that_fails_loses_its_own_writes_and_no_others() {
        let database = database();
        let (first, failing, last) = tokio::join!(
            write(&database, "INSERT INTO sales VALUES (1)"),
            write(&database, "INSERT INTO sales VALUES (2); INSERT INTO sales VALUES (2)"),
            write(&database, "INSERT INTO sales VALUES (3)"),
        );
        assert!(first.is_ok() && failing.is_err() && last.is_ok());
        assert_eq!(count(&database), 2);
    }

    #[tokio::test]
    async fn a_failed_commit_reaches_its_callers_and_leaves_the_storage_usable() {
        let database = database();
        write(&database, "INSERT INTO payments VALUES (99)").await.unwrap_err();
        write(&database, "INSERT INTO sales VALUES (NULL)").await.unwrap();
        assert_eq!(count(&database), 1);
        let payments = "SELECT count(*) FROM payments";
        let left: i64 = connect(&database.folder).query_row(payments, [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0);
    }
}
