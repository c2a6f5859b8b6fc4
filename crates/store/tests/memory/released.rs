//! Tables of every released version are brought up to date, with all that is in them.
//!
//! `tests/released/` has a dump of each version for each database, made when it was released and never changed.

use std::fs;
use std::path::{Path, PathBuf};

use cellwise_store::{SCHEMA_VERSION, Store};

use crate::databases::{ALWAYS, Database, now, run, sql};

fn dump(version: i64, database: &Database) -> String {
    let kind = if database.is_postgres() { "postgres" } else { "sqlite" };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/released/{version}.{kind}.sql"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_released_version_is_migrated() {
    for version in 1..=SCHEMA_VERSION {
        for database in Database::all("every_released_version_is_migrated") {
            sql(&database.url, &dump(version, &database));
            let store = Store::open(database.settings(), now).unwrap_or_else(|failure| panic!("{version}: {failure}"));
            let counted = run(store.report(ALWAYS)).unwrap();
            let all = |count: fn(&cellwise_store::Outcomes) -> u64| -> u64 {
                counted.lines.iter().map(|line| count(&line.outcomes)).sum()
            };
            assert_eq!((all(|of| of.shown), all(|of| of.accepted), all(|of| of.overridden)), (4, 1, 2));
            assert_eq!(counted.unrecorded.len(), 1);
            let reasons: Vec<_> = counted.lines.iter().flat_map(|line| &line.reasons).collect();
            assert!(reasons.iter().all(|reason| reason.code.as_deref() == Some("patient-refuses")), "{reasons:?}");
            run(store.close());
        }
    }
}

#[test]
fn a_newer_version_does_not_stop_an_older_server() {
    for database in Database::all("a_newer_version_does_not_stop_an_older_server") {
        sql(&database.url, &dump(SCHEMA_VERSION, &database));
        let from = if database.is_postgres() { "now(), TRUE" } else { "'2026-11-30', 1" };
        let later = format!(
            "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, \
                     execution_time) SELECT {}, 'later', {from}, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
            SCHEMA_VERSION + 1
        );
        sql(&database.url, &later);
        run(database.open().close());
    }
}

/// A dump that nobody made is one that nobody can be sure of.
#[test]
fn the_folder_has_the_migrations_that_the_program_has() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let files = fs::read_dir(folder)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "sql"));
    assert_eq!(i64::try_from(files.count()).unwrap(), SCHEMA_VERSION);
}
