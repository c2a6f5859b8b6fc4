//! Connections: made for their task, and tables brought up to date.
//!
//! There is no pool. Each task has its own connection and makes a new one when something is wrong with it: who can't be answered
//! must not wait for a place, and a connection whose statement was given up is not used again.

use std::time::Duration;

use sqlx::any::{AnyConnectOptions, install_default_drivers};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, ConnectOptions, Row, SqlSafeStr};
use tokio::time::timeout;

use crate::address::Address;
use crate::failure::Failure;

/// How long a connection may take to be made.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long a statement may take.
pub(crate) const STATEMENT_WITHIN: Duration = Duration::from_secs(5);

/// The changes of the tables, in their order. A released one is never changed: each only adds, so that a server of the version
/// before goes on working beside this one.
const MIGRATIONS: [(i64, &str, &str); 1] = [(1, "memory", include_str!("../../../migrations/0001_memory.sql"))];

/// The version of the tables that this program works with.
pub const SCHEMA_VERSION: i64 = match MIGRATIONS.last() {
    Some((version, ..)) => *version,
    None => 0,
};

/// Connects. What is written counts when the database has it, which is not on the disk yet; see [`begin_durable`].
pub(crate) async fn connect(address: &Address, is_new: bool) -> Result<AnyConnection, Failure> {
    install_default_drivers();
    let options: AnyConnectOptions =
        address.to_url(is_new).parse().map_err(|error: sqlx::Error| Failure::from(error))?;
    let options = options.disable_statement_logging();
    let mut connection = timeout(CONNECT_WITHIN, options.connect()).await.map_err(|_elapsed| Failure::TimedOut)??;
    let settings = match address {
        // A commit survives the end of this program, if not that of the machine.
        Address::Sqlite(_) => "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON",
        Address::Postgres(_) => "SET synchronous_commit = off",
    };
    within(sqlx::raw_sql(settings).execute(&mut connection)).await?;
    Ok(connection)
}

/// What a statement comes to, within the time that it may take.
pub(crate) async fn within<T>(statement: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Failure> {
    Ok(timeout(STATEMENT_WITHIN, statement).await.map_err(|_elapsed| Failure::TimedOut)??)
}

/// Begins what is on the disk once [`commit_durable`] has returned.
pub(crate) async fn begin_durable(connection: &mut AnyConnection, address: &Address) -> Result<(), Failure> {
    let begin = match address {
        Address::Sqlite(_) => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
        Address::Postgres(_) => "BEGIN; SET LOCAL synchronous_commit = on",
    };
    within(sqlx::raw_sql(begin).execute(connection)).await?;
    Ok(())
}

/// Ends what [`begin_durable`] has begun.
pub(crate) async fn commit_durable(connection: &mut AnyConnection, address: &Address) -> Result<(), Failure> {
    let commit = match address {
        Address::Sqlite(_) => "COMMIT; PRAGMA synchronous = NORMAL",
        Address::Postgres(_) => "COMMIT",
    };
    within(sqlx::raw_sql(commit).execute(connection)).await?;
    Ok(())
}

/// Creates the tables, or brings them up to date. Of several instances that start at the same time one does it.
pub(crate) async fn migrate(connection: &mut AnyConnection, address: &Address) -> Result<(), Failure> {
    if let Address::Sqlite(_) = address {
        // Readers and the writer do not wait for one another. It stays so in the file.
        within(sqlx::raw_sql("PRAGMA journal_mode = WAL").execute(&mut *connection)).await?;
    }
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    let mut migrator = Migrator::with_migrations(MIGRATIONS.into_iter().map(migration).collect());
    // A newer server may have been here, and this one must still start.
    migrator.set_ignore_missing(true);
    migrator.run_direct(None, connection, false).await?;
    Ok(())
}

/// The version of the tables; 0 when there are none.
pub(crate) async fn schema_version(connection: &mut AnyConnection) -> Result<i64, Failure> {
    let version = sqlx::query("SELECT max(version) FROM _sqlx_migrations").fetch_one(connection);
    match within(version).await {
        Ok(row) => Ok(row.try_get::<Option<i64>, _>(0)?.unwrap_or_default()),
        Err(Failure::Refused) => Ok(0),
        Err(failure) => Err(failure),
    }
}
