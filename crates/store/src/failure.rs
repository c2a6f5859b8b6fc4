//! What can go wrong with a database, as kinds: words of a database may repeat what it was given.

use std::fmt;
use std::io;

use sqlx::Error;
use sqlx::migrate::MigrateError;

/// The store can't do it now; a later try may succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store does not answer")]
pub struct Unavailable;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nobody answers at the address, or the connection broke.
    Unreachable,
    /// It took too long.
    TimedOut,
    /// User, password or rights are not accepted.
    Denied,
    /// There is no such database or file, or it can't be opened.
    Missing,
    /// There is no room left, or it can't be written to.
    Full,
    /// The certificate of the server is not accepted.
    Untrusted,
    /// Its tables are not those of this program.
    OtherTables,
    /// Its tables are older than this program: a server of this version brings them up to date.
    Outdated,
    /// Something else that the database does not do.
    Refused,
}

impl Failure {
    /// A short name for the log and for readiness.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed-out",
            Self::Denied => "denied",
            Self::Missing => "missing",
            Self::Full => "full",
            Self::Untrusted => "untrusted",
            Self::OtherTables => "other-tables",
            Self::Outdated => "outdated",
            Self::Refused => "refused",
        }
    }

    /// Whether it may be over by itself: the start goes on without the store.
    pub(crate) fn may_pass(self) -> bool {
        matches!(self, Self::Unreachable | Self::TimedOut | Self::Full)
    }

    pub(crate) fn from_index(index: u8) -> Option<Self> {
        [
            Self::Unreachable,
            Self::TimedOut,
            Self::Denied,
            Self::Missing,
            Self::Full,
            Self::Untrusted,
            Self::OtherTables,
            Self::Outdated,
            Self::Refused,
        ]
        .into_iter()
        .find(|failure| failure.index() == index)
    }

    pub(crate) fn index(self) -> u8 {
        self as u8 + 1
    }
}

/// What to do about it.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "nobody answers there",
            Self::TimedOut => "it does not answer in time",
            Self::Denied => "it does not accept the user, the password or their rights",
            Self::Missing => {
                "it can't be opened: is there such a database, or such a folder, and may this program write to it"
            }
            Self::Full => "it can't be written to: is its disk full, or is it read-only",
            Self::Untrusted => {
                "it shows no certificate that is accepted: name the hospital's authority with `?sslrootcert=FILE`, or, on a \
                 network that nobody else reaches, say `?sslmode=disable`"
            }
            Self::OtherTables => "its tables are not those of this program: give cellwise a database of its own",
            Self::Outdated => "its tables are of an earlier version: start the server of this version once",
            Self::Refused => "it refuses what this program asks",
        })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        match error {
            Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => Self::TimedOut,
            // A certificate that is not accepted comes as an error of reading.
            Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => Self::Untrusted,
            Error::Io(_) | Error::Protocol(_) | Error::WorkerCrashed => Self::Unreachable,
            Error::Tls(_) => Self::Untrusted,
            Error::Database(error) => {
                let code = error.code().unwrap_or_default();
                match code.parse::<u32>() {
                    // The lower byte is the kind of error of SQLite; codes of PostgreSQL have five characters.
                    Ok(number) if code.len() < 5 => of_sqlite(number & 0xff),
                    _ => of_postgres(&code),
                }
            }
            _ => Self::Refused,
        }
    }
}

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                let failure = Self::from(error);
                // A table of the same name is somebody else's.
                if failure == Self::Refused { Self::OtherTables } else { failure }
            }
            _ => Self::OtherTables,
        }
    }
}

fn of_sqlite(kind: u32) -> Failure {
    match kind {
        // BUSY, LOCKED
        5 | 6 => Failure::TimedOut,
        // READONLY, IOERR, FULL
        8 | 10 | 13 => Failure::Full,
        // PERM, AUTH
        3 | 23 => Failure::Denied,
        // CANTOPEN
        14 => Failure::Missing,
        // CORRUPT, NOTADB
        11 | 26 => Failure::OtherTables,
        _ => Failure::Refused,
    }
}

fn of_postgres(code: &str) -> Failure {
    match code {
        "3D000" | "3F000" => Failure::Missing,
        "42501" => Failure::Denied,
        "25006" => Failure::Full,
        "57014" => Failure::TimedOut,
        _ => match code.get(..2) {
            Some("28") => Failure::Denied,
            Some("53") => Failure::Full,
            Some("08" | "57" | "58") => Failure::Unreachable,
            Some("40" | "55") => Failure::TimedOut,
            _ => Failure::Refused,
        },
    }
}
