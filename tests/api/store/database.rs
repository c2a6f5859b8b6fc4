//! Databases for one test each.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use cellwise_store::{Address, Settings};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use tokio::runtime::Builder;
use uuid::Uuid;

/// Where a PostgreSQL server takes tests: the address of a database beside which others may be created.
const POSTGRES: &str = "CELLWISE_TEST_POSTGRES";

pub(super) struct Database {
    pub(super) url: String,
    pub(super) folder: PathBuf,
}

impl Database {
    pub(super) fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("cellwise-api-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { url: format!("sqlite:{}", folder.join("cellwise.db").display()), folder }
    }

    /// `None`, and a line about the test that is left out, when there is no server.
    #[allow(clippy::disallowed_methods, reason = "a test is told where a server is by its environment alone")]
    pub(super) fn postgres(test: &str) -> Option<Self> {
        let Ok(server) = std::env::var(POSTGRES) else {
            // Not by a macro: the harness keeps what those of a passing test print.
            let line = format!("left out without {POSTGRES}: {test} with PostgreSQL\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            return None;
        };
        let name = format!("cellwise_{}", Uuid::new_v4().simple());
        let (base, _) = server.rsplit_once('/').unwrap();
        sql(&server, &format!("CREATE DATABASE {name}"));
        Some(Self { url: format!("{base}/{name}"), folder: PathBuf::new() })
    }

    /// Those that there are.
    pub(super) fn all(test: &str) -> Vec<Self> {
        [Some(Self::sqlite()), Self::postgres(test)].into_iter().flatten().collect()
    }

    pub(super) fn settings(&self) -> Settings {
        settings(&self.url)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.url.starts_with("sqlite") {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

pub(super) fn settings(url: &str) -> Settings {
    let address = Address::parse(url, "".as_ref()).unwrap();
    Settings { address, comments: false, keep_comments_for: Duration::from_hours(24) }
}

/// Runs SQL in a database, past the server; gives how many rows there are.
pub(super) fn sql(url: &str, statements: &str) -> usize {
    Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect(url).await.unwrap();
        let rows = sqlx::raw_sql(AssertSqlSafe(statements)).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows.len()
    })
}

/// Waits until something holds; a test that waits in vain fails.
#[track_caller]
pub(super) fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..1000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("in vain: {what}");
}
