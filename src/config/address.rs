//! Addresses: where to listen, whom to call, who may call from a browser.

use std::net::{SocketAddr, ToSocketAddrs};

use reqwest::Url;

use crate::outbound::{ip_of, is_link_local, is_private};

/// An address and a port to listen on.
///
/// # Errors
/// When it is none: what is expected.
pub(crate) fn listen(text: &str) -> Result<SocketAddr, String> {
    let resolved = text.to_socket_addrs().ok().and_then(|mut all| all.next());
    resolved.ok_or_else(|| "expected an address and a port, such as `127.0.0.1:8080`".to_owned())
}

/// What a browser sends as `Origin`: scheme, host and port, nothing behind.
///
/// # Errors
/// When it is none: what is expected.
pub(crate) fn origin(text: &str) -> Result<String, String> {
    let text = text.to_ascii_lowercase();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '*', ' ']) => Ok(text),
        _ => Err("expected a scheme, a host and maybe a port, such as `https://ehr.example.org`".to_owned()),
    }
}

/// The address of a server: `https`, or plain `http` on this machine.
///
/// # Errors
/// What is wrong with it. A user name or password in it is not repeated.
pub(crate) fn server(text: &str) -> Result<Url, String> {
    let url = server_or_http(text)?;
    if is_private(&url) {
        return Ok(url);
    }
    Err("must start with `https://`: plain `http` is for this machine only (`127.0.0.1`, `localhost`)".to_owned())
}

/// The address of a FHIR server: `https`, or plain `http` on this machine.
///
/// # Errors
/// As for [`server`]; it says what allows the others.
pub(crate) fn fhir_server(text: &str) -> Result<Url, String> {
    let url = server_or_http(text)?;
    server(text).map_err(|problem| {
        if is_private(&url) {
            problem
        } else {
            format!("{problem}, or with `allow-http = true` within your own network")
        }
    })
}

/// The address of a server, in plain `http` as well.
///
/// # Errors
/// What is wrong with it. A user name or password in it is not repeated.
pub(crate) fn server_or_http(text: &str) -> Result<Url, String> {
    let url =
        Url::parse(text).map_err(|_error| "is no address: write it as `https://ehr.example.org/fhir`".to_owned())?;
    let problem = if !url.username().is_empty() || url.password().is_some() {
        "must not hold a user name or password: whoever reads this file would have it"
    } else if !matches!(url.scheme(), "https" | "http") {
        "must start with `https://`"
    } else if url.query().is_some() || url.fragment().is_some() {
        "must end before the `?` or `#`"
    } else if ip_of(&url).is_some_and(is_link_local) {
        "is a link-local address: clouds keep their secrets there"
    } else {
        return Ok(url);
    };
    Err(problem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_https_or_here() {
        for text in [
            "https://ehr.example.org",
            "https://ehr.example.org:8443/api/FHIR/R4/",
            "https://10.1.2.3/fhir",
            "http://127.0.0.1:8090/fhir",
            "http://127.8.8.8",
            "http://[::1]:80",
            "http://localhost:8090",
        ] {
            assert!(server(text).is_ok(), "{text}: {:?}", server(text));
        }
        for (text, word) in [
            ("ehr.example.org", "is no address"),
            ("/fhir", "is no address"),
            ("https://", "is no address"),
            ("ftp://ehr.example.org", "https"),
            ("file:///etc/passwd", "https"),
            ("http://ehr.example.org", "plain `http`"),
            ("http://localhost.example.org", "plain `http`"),
            ("http://10.1.2.3", "plain `http`"),
            ("https://user@ehr.example.org", "user name"),
            ("https://user:hunter2@ehr.example.org", "user name"),
            ("https://ehr.example.org/?a=b", "`?`"),
            ("https://ehr.example.org/#x", "`?`"),
            ("https://169.254.169.254/latest", "link-local"),
            ("http://2852039166/", "link-local"),
            ("https://[fe80::1]/", "link-local"),
            ("https://[::ffff:169.254.169.254]/", "link-local"),
            ("https://0.0.0.0/", "link-local"),
        ] {
            let problem = server(text).unwrap_err();
            assert!(problem.contains(word) && !problem.contains("hunter2"), "{text}: {problem}");
        }
    }
}
