//! Read → chart → evaluate → cards in this process, beside the two floors: `cargo bench --bench pipeline`.

mod corpus;

use std::hint::black_box;
use std::time::Duration;

use cellwise::engine::{CallSettings, Engine};
use cellwise::hooks::request;
use cellwise_clinic::Language;
use cellwise_record::AsOf;
use criterion::{BenchmarkId, Criterion, Throughput};
use serde::de::IgnoredAny;
use serde_json::Value;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::load()?;
    let as_of = AsOf::parse(corpus::AS_OF).ok_or("no instant")?;
    let settings = CallSettings { language: Language::ENGLISH, as_of, accept_as_of: true };
    let (terminology, schemas) = (&engine.knowledge().terminology, &engine.knowledge().schemas);

    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(40)
        .configure_from_args();
    for body in corpus::calls() {
        let json = body.json.as_slice();
        let endpoint = engine.knowledge().endpoint(body.service).ok_or("no service")?;
        let answer = engine.call(body.service, json, &settings).map_err(|refusal| format!("{refusal:?}"))?;
        if !body.is_answered_by(&answer) {
            return Err(format!("{}: unexpected answer {answer}", body.name).into());
        }
        let mut group = criterion.benchmark_group("request");
        group.throughput(Throughput::Bytes(json.len() as u64));
        let id = |what: &str| BenchmarkId::new(what, format!("{} ({} resources)", body.name, body.resources));
        group.bench_function(id("floor: skip"), |bencher| {
            bencher.iter(|| serde_json::from_slice::<IgnoredAny>(black_box(json)));
        });
        group.bench_function(id("floor: value"), |bencher| {
            bencher.iter(|| serde_json::from_slice::<Value>(black_box(json)));
        });
        group.bench_function(id("check UTF-8 and depth"), |bencher| {
            bencher.iter(|| request::check_json(black_box(json)).is_ok());
        });
        group.bench_function(id("read into a chart"), |bencher| {
            bencher.iter(|| {
                request::read(black_box(json), endpoint, terminology, schemas, engine.zone(), &settings).is_ok()
            });
        });
        group.bench_function(id("read and evaluate"), |bencher| {
            bencher.iter(|| engine.judge(body.service, black_box(json), &settings).is_ok());
        });
        group.bench_function(id("read, evaluate, write cards"), |bencher| {
            bencher.iter(|| engine.call(body.service, black_box(json), &settings));
        });
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}
