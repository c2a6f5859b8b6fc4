//! Databases for one test each.

use std::env;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use cellwise_store::{Address, Period, Settings, Store};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use tokio::runtime::Builder;
use uuid::Uuid;

/// Where a PostgreSQL server takes tests: the address of a database in which others may be created.
pub(crate) const POSTGRES: &str = "CELLWISE_TEST_POSTGRES";

/// A database of its own.
pub(crate) struct Database {
    pub(crate) url: String,
    folder: PathBuf,
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let folder = env::temp_dir().join(format!("cellwise-store-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { url: format!("sqlite:{}", folder.join("cellwise.db").display()), folder }
    }

    /// `None`, and a line about the test that is left out, when there is no server.
    #[allow(clippy::disallowed_methods, reason = "a test is told where a server is by its environment alone")]
    pub(crate) fn postgres(test: &str) -> Option<Self> {
        let Ok(server) = env::var(POSTGRES) else {
            // Not by a macro: the harness keeps what those of a passing test print.
            let line = format!("left out without {POSTGRES}: {test} with PostgreSQL\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            return None;
        };
        let name = format!("cellwise_{}", Uuid::new_v4().simple());
        let (base, _) = server.rsplit_once('/').unwrap();
        let database = Self { url: format!("{base}/{name}"), folder: PathBuf::new() };
        sql(&server, &format!("CREATE DATABASE {name}"));
        Some(database)
    }

    /// Those that there are.
    pub(crate) fn all(test: &str) -> Vec<Self> {
        [Some(Self::sqlite()), Self::postgres(test)].into_iter().flatten().collect()
    }

    pub(crate) fn settings(&self) -> Settings {
        let address = Address::parse(&self.url, "".as_ref()).unwrap();
        Settings { address, comments: false, keep_comments_for: Duration::from_hours(24) }
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(self.settings(), now).unwrap()
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !self.is_postgres() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Runs SQL in a database, past the store.
pub(crate) fn sql(url: &str, statements: &str) -> Vec<sqlx::any::AnyRow> {
    run(async {
        sqlx::any::install_default_drivers();
        let url = if url.starts_with("sqlite") { format!("{url}?mode=rwc") } else { url.to_owned() };
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        let rows = sqlx::raw_sql(AssertSqlSafe(statements)).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows
    })
}

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// The time, in all tests.
pub(crate) const NOW: i64 = 1_800_000_000_000;

pub(crate) fn now() -> i64 {
    NOW
}

/// Waits until something holds; a test that waits in vain fails.
pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..1000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("in vain: {what}");
}

/// All that there ever was.
pub(crate) const ALWAYS: Period = Period { since: 0, until: 4_000_000_000_000 };
