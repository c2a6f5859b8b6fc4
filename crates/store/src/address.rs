//! Which database: `sqlite:FILE` or `postgres://USER@HOST/DATABASE`. A password is in no text that this makes.

use std::fmt;
use std::path::{Path, PathBuf};

use url::{Host, Url};

/// A database.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A file of this machine.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(Url),
}

/// How a connection is protected on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// It does not leave this machine.
    Local,
    /// Encrypted, and the server is the one that it should be.
    Verified,
    /// Encrypted at most: whoever is in between can read along.
    Weak,
}

/// What may stand behind the `?` of a PostgreSQL address.
const PARAMETERS: [&str; 4] = ["sslmode", "sslrootcert", "sslcert", "sslkey"];
/// How the server is recognised when the address does not say it.
const STRICT: &str = "verify-full";

impl Address {
    /// Reads an address. The path of a file is seen from `folder`.
    ///
    /// # Errors
    /// What is wrong with it. It is not repeated: it may hold a password.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, String> {
        if let Some(file) = text.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            if file.is_empty() || file.contains(['?', '#', '%']) || file.contains(":memory:") {
                return Err("must name a file after `sqlite:`, such as `sqlite:cellwise.db`".to_owned());
            }
            return Ok(Self::Sqlite(folder.join(file)));
        }
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "postgres" | "postgresql"));
        let Some(url) = url else {
            return Err(
                "must be `sqlite:FILE` or `postgres://USER@HOST/DATABASE`, such as `sqlite:cellwise.db`".to_owned()
            );
        };
        if url.host_str().is_none_or(str::is_empty) || url.path().trim_matches('/').is_empty() {
            return Err("must name a host and a database: `postgres://USER@HOST/DATABASE`".to_owned());
        }
        if url.fragment().is_some() {
            return Err("must end before the `#`; in a password, write it as `%23`".to_owned());
        }
        if let Some((name, _)) = url.query_pairs().find(|(name, _)| !PARAMETERS.contains(&name.as_ref())) {
            // A name only when it is one: what is wrongly written may be part of a password.
            let name = if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') { &*name } else { "…" };
            return Err(format!("has a parameter `{name}`: only {} can be set", PARAMETERS.join(", ")));
        }
        Ok(Self::Postgres(url))
    }

    /// The same with this password.
    ///
    /// # Errors
    /// When the database takes none, or the address has one already.
    pub fn with_password(mut self, password: &str) -> Result<Self, String> {
        match &mut self {
            Self::Sqlite(_) => return Err("is for PostgreSQL: a file has no password".to_owned()),
            Self::Postgres(url) if url.password().is_some() => {
                return Err("is given twice: the address has one, too".to_owned());
            }
            Self::Postgres(url) => {
                // All but `%` is encoded there. An address with a host takes one.
                let _ = url.set_password(Some(&password.replace('%', "%25")));
            }
        }
        Ok(self)
    }

    /// `sqlite` or `postgres`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Whether several instances share it.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// How the connection is protected.
    #[must_use]
    pub fn protection(&self) -> Protection {
        let Self::Postgres(url) = self else { return Protection::Local };
        if is_here(url) {
            return Protection::Local;
        }
        match mode(url).as_deref() {
            None | Some("verify-full" | "verify-ca") => Protection::Verified,
            Some(_) => Protection::Weak,
        }
    }

    /// For the driver. Beyond this machine the server must show that it is the one, unless the address says otherwise.
    pub(crate) fn to_url(&self, is_new: bool) -> String {
        match self {
            Self::Sqlite(file) => {
                let mode = if is_new { "rwc" } else { "rw" };
                let encoded = url::form_urlencoded::byte_serialize(file.as_os_str().as_encoded_bytes());
                let path: String = encoded.collect::<String>().replace('+', "%20");
                format!("sqlite:{path}?mode={mode}")
            }
            Self::Postgres(url) => {
                let mut url = url.clone();
                if mode(&url).is_none() {
                    let mode = if is_here(&url) { "prefer" } else { STRICT };
                    url.query_pairs_mut().append_pair("sslmode", mode);
                }
                url.query_pairs_mut().append_pair("application_name", "cellwise");
                url.into()
            }
        }
    }
}

fn mode(url: &Url) -> Option<String> {
    url.query_pairs().find(|(name, _)| name == "sslmode").map(|(_, value)| value.into_owned())
}

fn is_here(url: &Url) -> bool {
    // The host of such an address is opaque: an IP address in it is read here.
    match url.host() {
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => {
            name == "localhost"
                || name.starts_with("%2F")
                || name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        }
        None => false,
    }
}

/// Without its password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres(url) => {
                let mut url = url.clone();
                let _ = url.set_password(None);
                write!(f, "{url}")
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Address, String> {
        Address::parse(text, Path::new("/etc/cellwise"))
    }

    #[test]
    fn a_file_is_seen_from_the_folder() {
        for (text, shown) in [
            ("sqlite:cellwise.db", "sqlite:/etc/cellwise/cellwise.db"),
            ("sqlite:///var/lib/cellwise/it is.db", "sqlite:/var/lib/cellwise/it is.db"),
            ("sqlite:/var/lib/x.db", "sqlite:/var/lib/x.db"),
        ] {
            let address = read(text).unwrap();
            assert_eq!((address.to_string().as_str(), address.protection()), (shown, Protection::Local));
        }
        assert_eq!(
            read("sqlite:/a b/c.db").unwrap().to_url(true),
            "sqlite:%2Fa%20b%2Fc.db?mode=rwc",
            "the driver decodes it"
        );
    }

    #[test]
    fn a_password_is_never_shown() {
        let address = read("postgres://cellwise:hunter2@db.example.org/cellwise").unwrap();
        assert!(address.to_url(false).contains("hunter2"));
        assert!(!format!("{address} {address:?}").contains("hunter2"));
        let address = read("postgres://cellwise@db.example.org/cellwise").unwrap().with_password("hunter2#%").unwrap();
        assert!(address.to_url(false).contains(":hunter2%23%25@"), "{}", address.to_url(false));
        assert!(!format!("{address} {address:?}").contains("hunter2"));
        assert!(address.with_password("hunter2").is_err());
        assert!(read("sqlite:a.db").unwrap().with_password("hunter2").is_err());
        for text in [
            "hunter2",
            "mysql://a:hunter2@b/c",
            "postgres://a:hunter2@b",
            "postgres://a:hunter2@/c",
            "postgres://a:x#hunter2@b/c",
            "postgres://a@b/c?password=hunter2",
            "postgres://a@b/c?hunter2=%20Hunter2",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:a.db?mode=memory",
        ] {
            let problem = read(text).unwrap_err();
            assert!(!problem.contains("hunter2"), "{text}: {problem}");
        }
    }

    #[test]
    fn beyond_this_machine_the_server_is_verified() {
        for (text, protection, mode) in [
            ("postgres://a@db.example.org/c", Protection::Verified, "sslmode=verify-full"),
            ("postgres://a@10.1.2.3/c", Protection::Verified, "sslmode=verify-full"),
            ("postgres://a@10.1.2.3/c?sslmode=disable", Protection::Weak, "sslmode=disable"),
            ("postgres://a@10.1.2.3/c?sslmode=require", Protection::Weak, "sslmode=require"),
            ("postgres://a@10.1.2.3/c?sslmode=verify-ca", Protection::Verified, "sslmode=verify-ca"),
            ("postgres://a@localhost/c", Protection::Local, "sslmode=prefer"),
            ("postgres://a@127.0.0.1:5433/c", Protection::Local, "sslmode=prefer"),
            ("postgres://a@[::1]/c", Protection::Local, "sslmode=prefer"),
            ("postgres://a@%2Fvar%2Frun%2Fpostgresql/c", Protection::Local, "sslmode=prefer"),
        ] {
            let address = read(text).unwrap();
            assert_eq!(address.protection(), protection, "{text}");
            let url = address.to_url(false);
            assert!(url.contains(mode) && url.matches("sslmode").count() == 1, "{text}: {url}");
        }
    }
}
