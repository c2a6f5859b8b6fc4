//! The real server and two floor handlers in one process, and a client that costs as little as a client can.

#![allow(dead_code, reason = "each benchmark takes what it needs")]

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::{Arc, mpsc};

use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, HttpServer, http::header::ContentType};
use cellwise::engine::Engine;
use cellwise::http::{Settings, Shared, app};
use serde::de::IgnoredAny;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::corpus::Body;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handler {
    /// The endpoint of the server.
    Real,
    /// Parses the body into `serde_json::Value`.
    Value,
    /// Looks at every byte once (`IgnoredAny`), as any server must.
    Skip,
}

impl Handler {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Real, Self::Value, Self::Skip];

    /// Name in a table.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Value => "value",
            Self::Skip => "skip",
        }
    }

    fn path(self, service: &str) -> String {
        match self {
            Self::Real => format!("/cds-services/{service}"),
            Self::Value => "/floor/value".to_owned(),
            Self::Skip => "/floor/skip".to_owned(),
        }
    }

    /// The bytes of a request.
    #[must_use]
    pub(crate) fn request(self, body: &Body) -> Vec<u8> {
        request_to(&self.path(body.service), body)
    }
}

/// The bytes of a request to a path of any server.
#[must_use]
pub(crate) fn request_to(path: &str, body: &Body) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {}\r\n\r\n",
        body.json.len()
    );
    [head.as_bytes(), &body.json].concat()
}

const FLOOR: &str = r#"{"cards":[]}"#;

fn floor(is_json: bool) -> HttpResponse {
    if is_json {
        HttpResponse::Ok().content_type(ContentType::json()).body(FLOOR)
    } else {
        HttpResponse::BadRequest().finish()
    }
}

async fn skip(body: Bytes) -> HttpResponse {
    floor(serde_json::from_slice::<IgnoredAny>(&body).is_ok())
}

async fn value(body: Bytes) -> HttpResponse {
    floor(std::hint::black_box(serde_json::from_slice::<serde_json::Value>(&body)).is_ok())
}

/// Starts the server on a free port; it runs until the process ends.
///
/// # Errors
/// When the knowledge does not hold together or no port can be had.
pub(crate) fn start(settings: Settings) -> Result<SocketAddr, Box<dyn std::error::Error>> {
    log()?;
    let engine = Arc::new(Engine::load()?);
    let settings = Settings { accept_as_of: true, ..settings };
    let keep_alive = std::time::Duration::from_secs(75);
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let shared = web::Data::new(Shared::new(engine, settings).map_err(io::Error::other)?);
            let server = HttpServer::new(move || {
                app(shared.clone())
                    .route("/floor/skip", web::post().to(skip))
                    .route("/floor/value", web::post().to(value))
            });
            let server = server.keep_alive(keep_alive).disable_signals().bind((Ipv4Addr::LOCALHOST, 0))?;
            let _ = tell.send(server.addrs().first().copied());
            server.run().await
        })
    });
    told.recv()?.ok_or_else(|| "no port".into())
}

/// Logs what `cellwise serve` logs by default, to nowhere: one written line per request.
fn log() -> io::Result<()> {
    let nowhere = File::options().write(true).open("/dev/null")?;
    let targets = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("cellwise", LevelFilter::INFO)
        .with_target("tracing_actix_web", LevelFilter::OFF);
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Arc::new(nowhere));
    // Fails only when logging runs already.
    let _ = tracing_subscriber::registry().with(targets).with(layer).try_init();
    Ok(())
}

/// A connection that is kept alive.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub(crate) fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 64 * 1024] })
    }

    /// Sends prebuilt bytes and reads the whole answer; yields its head and body.
    ///
    /// # Errors
    /// A closed connection, or an answer without a length.
    pub(crate) fn call(&mut self, request: &[u8]) -> io::Result<(&[u8], &[u8])> {
        self.stream.write_all(request)?;
        let mut filled = 0;
        let (head, length) = loop {
            filled += self.read(filled)?;
            let so_far = self.buffer.get(..filled).unwrap_or_default();
            if let Some(head) = so_far.windows(4).position(|window| window == b"\r\n\r\n") {
                let length =
                    content_length(so_far.get(..head).unwrap_or_default()).ok_or(io::ErrorKind::InvalidData)?;
                break (head + 4, length);
            }
        };
        if self.buffer.len() < head + length {
            self.buffer.resize(head + length, 0);
        }
        while filled < head + length {
            filled += self.read(filled)?;
        }
        let (head, rest) = self.buffer.split_at(head);
        Ok((head, rest.get(..length).unwrap_or_default()))
    }

    fn read(&mut self, from: usize) -> io::Result<usize> {
        match self.stream.read(self.buffer.get_mut(from..).unwrap_or_default())? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}

fn content_length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    let line =
        head.lines().find(|line| line.get(..15).is_some_and(|name| name.eq_ignore_ascii_case("content-length:")))?;
    line.get(15..)?.trim().parse().ok()
}

/// Makes sure that what is measured is what was meant: a 200, and from the real endpoint the card, or none.
///
/// # Errors
/// Says which handler gave which answer instead.
pub(crate) fn check(address: SocketAddr, bodies: &[Body]) -> Result<(), Box<dyn std::error::Error>> {
    let mut client = Client::connect(address)?;
    for body in bodies {
        for handler in Handler::ALL {
            let (head, answer) = client.call(&handler.request(body))?;
            let (head, answer) = (String::from_utf8_lossy(head), String::from_utf8_lossy(answer));
            let is_meant =
                head.starts_with("HTTP/1.1 200") && (handler != Handler::Real || body.is_answered_by(&answer));
            if !is_meant {
                return Err(format!("{} for {}: unexpected answer\n{head}{answer}", handler.name(), body.name).into());
            }
        }
    }
    Ok(())
}
