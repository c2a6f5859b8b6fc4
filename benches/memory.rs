//! How much memory one request takes, in relation to its body: `cargo bench --bench memory`.
//!
//! A program of its own, because counting every allocation slows all of them. What is counted is what is asked of the
//! allocator by the whole process (the server with its connection; the client's buffers exist before) while one request is
//! answered, at its peak, over what was in use before.

mod corpus;
mod loopback;

use std::hint::black_box;
use std::io::{self, Write as _};

use cap::Cap;
use cellwise::engine::{CallSettings, Engine};
use cellwise::http::Settings;
use cellwise_clinic::Language;
use cellwise_record::AsOf;
use loopback::{Client, Handler};

#[global_allocator]
static ALLOCATOR: Cap<mimalloc::MiMalloc> = Cap::new(mimalloc::MiMalloc, usize::MAX);

/// How often every request is made before anything is counted; connections are dealt to the workers in turn.
const WARM_UPS: usize = 8;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut out = io::stdout().lock();
    let bodies = corpus::bodies();
    let address = loopback::start(Settings::default())?;
    // Every worker has answered before: what is made once per thread is not a request's.
    for _ in 0..WARM_UPS {
        loopback::check(address, &bodies)?;
    }
    let engine = Engine::load()?;
    let as_of = AsOf::parse(corpus::AS_OF).ok_or("no instant")?;
    let settings = CallSettings { language: Language::ENGLISH, as_of, accept_as_of: true };

    writeln!(out, "peak memory of one request ÷ its body (aim: below 2)\n")?;
    writeln!(
        out,
        "| body | real, over HTTP | value | skip | real, without HTTP | allocations, bytes in all ÷ body |\n|---|---|---|---|---|---|"
    )?;
    for body in &bodies {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let of_body = |bytes: usize| bytes as f64 / body.json.len() as f64;
        write!(out, "| {} ({} B, {} resources) |", body.name, body.json.len(), body.resources)?;
        for handler in Handler::ALL {
            let request = handler.request(body);
            // A connection of its own, warm, so that the buffers that it keeps are not counted.
            let mut client = Client::connect(address)?;
            client.call(&request)?;
            let (peak, _) = peak_of(|| client.call(&request).map(|_| ()))?;
            write!(out, " {:.2} |", of_body(peak))?;
        }
        let call = || {
            black_box(engine.call(body.service, &body.json, &settings))
                .map(drop)
                .map_err(|_| io::Error::other("refused"))
        };
        call()?;
        let (peak, total) = peak_of(call)?;
        writeln!(out, " {:.2} | {:.2} |", of_body(peak), of_body(total))?;
    }
    Ok(())
}

/// The highest use of memory during `work` over what was in use before, and all that was ever asked for.
fn peak_of(work: impl FnOnce() -> io::Result<()>) -> io::Result<(usize, usize)> {
    // The counter knows the highest use of all times only: fill up to it, and the next byte raises it.
    let ballast: Vec<u8> = Vec::with_capacity(ALLOCATOR.max_allocated().saturating_sub(ALLOCATOR.allocated()));
    let (before, total) = (ALLOCATOR.max_allocated(), ALLOCATOR.total_allocated());
    work()?;
    let result = (ALLOCATOR.max_allocated() - before, ALLOCATOR.total_allocated() - total);
    drop(black_box(ballast));
    Ok(result)
}
