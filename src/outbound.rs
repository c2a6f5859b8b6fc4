//! Calls to other servers: an EHR's FHIR server, and where a client keeps its public keys.
//!
//! Every address comes from the configuration or was compared with it ([`is_within`]). No redirect is followed, no proxy of
//! the environment is used, and no name may resolve to a link-local address (where clouds keep their secrets).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_LOCATION, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, RequestBuilder, Response, Url};

/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_mins(1);
/// Idle connections kept to one server.
const MOST_IDLE: usize = 64;
/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(2);

/// Connections to other servers, shared by all workers.
#[derive(Clone, Debug)]
pub(crate) struct Outbound {
    client: Client,
    /// Certificates (PEM) that are trusted besides those of the machine.
    authorities: Arc<[u8]>,
}

/// Why no answer came. Holds nothing of the request or the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendError {
    /// Nothing listens there, the connection broke, or the address is link-local.
    Unreachable,
    /// It did not come in time.
    TooLate,
    /// It is larger than the limit.
    TooLarge,
}

impl SendError {
    /// A short name for the log.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TooLate => "too-late",
            Self::TooLarge => "too-large",
        }
    }
}

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// How long the server asks to wait before trying again.
    pub retry_after: Option<Duration>,
    /// Where what was begun is to be asked about (`Content-Location`).
    pub content_location: Option<String>,
    /// The body, unpacked; empty unless the status says success.
    pub body: Bytes,
}

impl Outbound {
    /// Prepares connections. `authorities` are certificates (PEM) that are trusted besides those of the machine.
    ///
    /// # Errors
    /// When the certificates can't be used: one line that says why.
    pub(crate) fn new(authorities: &[u8]) -> Result<Self, String> {
        let certificates = Certificate::from_pem_bundle(authorities).unwrap_or_default();
        if certificates.is_empty() && !authorities.is_empty() {
            return Err("the certificates of authorities are no PEM certificates".to_owned());
        }
        let mut client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(MOST_IDLE)
            .dns_resolver(NotLinkLocal)
            .user_agent(concat!("cellwise/", env!("CARGO_PKG_VERSION")));
        for certificate in certificates {
            client = client.add_root_certificate(certificate);
        }
        let client = client.build().map_err(|error| format!("TLS can't be set up: {error}"))?;
        Ok(Self { client, authorities: authorities.into() })
    }

    /// Whether it trusts these certificates (PEM) besides those of the machine, and no others.
    #[must_use]
    pub(crate) fn trusts(&self, authorities: &[u8]) -> bool {
        *self.authorities == *authorities
    }

    /// Whether the other trusts the same certificates.
    #[must_use]
    pub(crate) fn trusts_as(&self, other: &Self) -> bool {
        self.trusts(&other.authorities)
    }

    /// The client, to make a request for [`Outbound::send`].
    #[must_use]
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a request and reads the whole answer, at most `most_bytes` of it, until `deadline`.
    ///
    /// # Errors
    /// When no whole answer came: why.
    pub(crate) async fn send(
        request: RequestBuilder,
        most_bytes: usize,
        deadline: Instant,
    ) -> Result<Answer, SendError> {
        match tokio::time::timeout_at(deadline.into(), read(request, most_bytes)).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(SendError::TooLate),
        }
    }

    /// Sends a request and hands over the body of a successful answer piece by piece, however large it is, as long as no piece
    /// takes longer than `patience`. The answer has no body.
    ///
    /// # Errors
    /// When no whole answer came, or `take` says so: why.
    pub(crate) async fn stream(
        request: RequestBuilder,
        patience: Duration,
        mut take: impl FnMut(&[u8]) -> Result<(), SendError>,
    ) -> Result<Answer, SendError> {
        let late = |_elapsed| SendError::TooLate;
        let (mut response, answer) = tokio::time::timeout(patience, begin(request)).await.map_err(late)??;
        if response.status().is_success() {
            while let Some(piece) =
                tokio::time::timeout(patience, response.chunk()).await.map_err(late)?.map_err(broken)?
            {
                take(&piece)?;
            }
        }
        Ok(answer)
    }
}

/// The error of the library holds the address: only its kind goes on.
#[expect(clippy::needless_pass_by_value, reason = "errors are mapped with it")]
fn broken(error: reqwest::Error) -> SendError {
    if error.is_timeout() { SendError::TooLate } else { SendError::Unreachable }
}

/// Sends a request, and reads the head of the answer.
async fn begin(request: RequestBuilder) -> Result<(Response, Answer), SendError> {
    let (client, request) = request.build_split();
    let request = request.map_err(broken)?;
    // An address in numbers never meets the resolver.
    if ip_of(request.url()).is_some_and(is_link_local) {
        return Err(SendError::Unreachable);
    }
    let response = client.execute(request).await.map_err(broken)?;
    let headers = response.headers();
    let answer = Answer {
        status: response.status().as_u16(),
        retry_after: retry_after(headers),
        content_location: headers.get(CONTENT_LOCATION).and_then(|at| at.to_str().ok()).map(str::to_owned),
        body: Bytes::new(),
    };
    Ok((response, answer))
}

async fn read(request: RequestBuilder, most_bytes: usize) -> Result<Answer, SendError> {
    let (mut response, mut answer) = begin(request).await?;
    if !response.status().is_success() {
        return Ok(answer);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > most_bytes {
            return Err(SendError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    // It may stay in a cache that counts its length.
    body.shrink_to_fit();
    answer.body = body.into();
    Ok(answer)
}

/// `Retry-After` in seconds. A date is not read: servers that are busy send seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Whether `url` is `base` or lies under it: the same scheme, host and port, no user name or password, and the path of the
/// base up to a slash. Both have been through the same parser, so every spelling of a host is compared in one form. Slashes
/// and dots in disguise don't count as below it: some servers unpack them and walk up.
#[must_use]
pub(crate) fn is_within(base: &Url, url: &Url) -> bool {
    let folder = base.path().trim_end_matches('/');
    let is_below = |rest: &str| {
        let escapes = rest.to_ascii_lowercase();
        (rest.is_empty() || rest.starts_with('/'))
            && !["%25", "%2e", "%2f", "%5c", "..;"].iter().any(|escape| escapes.contains(escape))
    };
    base.scheme() == url.scheme()
        && base.host() == url.host()
        && base.port_or_known_default() == url.port_or_known_default()
        && url.username().is_empty()
        && url.password().is_none()
        && url.path().strip_prefix(folder).is_some_and(is_below)
}

/// The host of an address when it is in numbers.
#[must_use]
pub(crate) fn ip_of(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Whether an address is of this machine.
#[must_use]
pub(crate) fn is_loopback(url: &Url) -> bool {
    // An IPv4 address may stand in an IPv6 one.
    ip_of(url).map_or_else(|| url.host_str() == Some("localhost"), |ip| ip.to_canonical().is_loopback())
}

/// Whether what is sent to an address stays between the two: `https`, or plain `http` to this machine itself (development).
#[must_use]
pub(crate) fn is_private(url: &Url) -> bool {
    url.scheme() == "https" || url.scheme() == "http" && is_loopback(url)
}

/// Whether an address is link-local, where clouds keep their secrets, or none at all: no FHIR server of a hospital is there.
#[must_use]
pub(crate) fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast()
                || CLOUD_SECRETS.contains(&IpAddr::V4(ip))
        }
        IpAddr::V6(ip) => {
            ip.is_unicast_link_local()
                || ip.is_unspecified()
                || ip.is_multicast()
                || CLOUD_SECRETS.contains(&IpAddr::V6(ip))
                || within_v6(ip).is_some_and(|ip| is_link_local(IpAddr::V4(ip)))
        }
    }
}

/// Where clouds keep their metadata outside of the link-local range.
const CLOUD_SECRETS: [IpAddr; 4] = [
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
];

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64, 6to4. `::1` is none.
fn within_v6(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let in_two = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            Some(in_two(high, low))
        }
        _ => None,
    }
}

/// The resolver of the machine, without link-local addresses.
struct NotLinkLocal;

impl Resolve for NotLinkLocal {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| !is_link_local(address.ip())).collect();
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(base: &str, url: &str) -> bool {
        is_within(&Url::parse(base).unwrap(), &Url::parse(url).unwrap())
    }

    #[test]
    fn only_what_lies_under_the_base_is_within() {
        let base = "https://ehr.example.org/fhir/R4";
        for url in ["https://ehr.example.org/fhir/R4", "https://EHR.example.org:443/fhir/R4/Patient/1?x=y"] {
            assert!(within(base, url), "{url}");
        }
        for url in [
            "http://ehr.example.org/fhir/R4",
            "https://ehr.example.org:8443/fhir/R4",
            "https://ehr.example.org/fhir/R40",
            "https://ehr.example.org/fhir/R4/../../admin",
            "https://ehr.example.org/fhir/R4/%2e%2e/%2e%2e/admin",
            "https://ehr.example.org/fhir/R4/..%2f..%2Fadmin",
            "https://ehr.example.org/fhir/R4/%2E%2E%5Cadmin",
            "https://ehr.example.org/fhir/R4/%252e%252e%252fadmin",
            "https://ehr.example.org.evil.example/fhir/R4",
            "https://ehr.example.org@evil.example/fhir/R4",
            "https://user@ehr.example.org/fhir/R4",
            "https://evil.example/https://ehr.example.org/fhir/R4",
            "https://xn--hr-eja.example.org/fhir/R4",
        ] {
            assert!(!within(base, url), "{url}");
        }
        assert!(within("http://127.0.0.1:9/", "http://127.0.0.1:9/any/Patient/1"));
        assert!(within("http://127.0.0.1:9", "http://0x7f.1:9/any"));
        assert!(!within("http://127.0.0.1:9", "http://[::1]:9/any"));
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_plain_text() {
        for (url, expected) in [
            ("https://ehr.example.org/fhir", true),
            ("http://127.0.0.1:9/fhir", true),
            ("http://[::1]/", true),
            ("http://[::ffff:127.0.0.1]/", true),
            ("http://LocalHost/", true),
            ("http://localhost.example.org/", false),
            ("http://10.1.2.3/", false),
            ("ftp://127.0.0.1/", false),
        ] {
            assert_eq!(is_private(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn metadata_addresses_are_link_local() {
        for ip in [
            "169.254.169.254",
            "100.100.100.200",
            "0.0.0.0",
            "255.255.255.255",
            "fe80::1",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "fd00:ec2::254",
            "::",
            "ff02::1",
        ] {
            assert!(is_link_local(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["10.1.2.3", "192.168.1.1", "127.0.0.1", "::1", "fd12::1", "8.8.8.8", "::ffff:10.1.2.3"] {
            assert!(!is_link_local(ip.parse().unwrap()), "{ip}");
        }
    }

    #[actix_web::test]
    async fn a_name_never_leads_to_a_link_local_address() {
        for (name, found) in [("169.254.169.254", 0), ("::ffff:169.254.169.254", 0), ("127.0.0.1", 1)] {
            assert_eq!(NotLinkLocal.resolve(name.parse().unwrap()).await.unwrap().count(), found, "{name}");
        }
    }
}
