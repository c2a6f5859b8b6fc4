//! A FHIR server that behaves in as many ways as there are base URLs.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use actix_web::rt::time::sleep;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};

use super::Outcome;

/// The ways, each the path of a base URL.
pub(crate) const WAYS: [&str; 8] = ["quick", "paged", "slow", "hanging", "failing", "busy", "broken", "huge"];
/// Pages of a search where it is paged.
const PAGES: u32 = 4;
/// More than is read of one answer.
const HUGE: usize = 5 * 1024 * 1024;

/// Starts it on a free port; it runs until the process ends.
pub(crate) fn start() -> Outcome<SocketAddr> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(|| App::new().default_service(web::to(answer))).workers(1);
            let server = server.disable_signals().bind((Ipv4Addr::LOCALHOST, 0))?;
            let _ = tell.send(server.addrs().first().copied());
            server.run().await
        })
    });
    told.recv()?.ok_or_else(|| "no port".into())
}

async fn answer(request: HttpRequest) -> HttpResponse {
    let mut segments = request.path().trim_start_matches('/').splitn(3, '/');
    let (way, kind, id) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default(), segments.next());
    if kind == "metadata" {
        return fhir(&json!({ "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1" }));
    }
    match way {
        "slow" => sleep(Duration::from_millis(120)).await,
        "hanging" => sleep(Duration::from_secs(3)).await,
        "failing" => return HttpResponse::InternalServerError().body("{}"),
        "busy" => return HttpResponse::ServiceUnavailable().insert_header(("retry-after", "1")).finish(),
        "broken" => return HttpResponse::Ok().body(r#"{"resourceType":"Bundle","entry":[{"resource":"#),
        "huge" => return HttpResponse::Ok().body(" ".repeat(HUGE)),
        _ => {}
    }
    if let Some(id) = id {
        return fhir(&json!({ "resourceType": kind, "id": id, "gender": "male", "birthDate": "1968-03-14" }));
    }
    let page = request.query_string().split_once("page=").and_then(|(_, page)| page.parse::<u32>().ok()).unwrap_or(1);
    let mut bundle = json!({ "resourceType": "Bundle", "type": "searchset" });
    if kind == "Observation" {
        bundle["entry"] = (0..25).map(|number| json!({ "resource": observation(page * 100 + number) })).collect();
    }
    if way == "paged" && page < PAGES {
        let url = format!("http://{}{}?page={}", request.app_config().local_addr(), request.path(), page + 1);
        bundle["link"] = json!([{ "relation": "next", "url": url }]);
    }
    fhir(&bundle)
}

fn observation(number: u32) -> Value {
    json!({
        "resourceType": "Observation", "id": format!("o{number}"), "status": "final",
        "subject": { "reference": "Patient/p1" },
        "code": { "coding": [{ "system": "http://loinc.org", "code": "718-7", "display": "Hemoglobin" }] },
        "effectiveDateTime": format!("2026-10-{:02}", number % 28 + 1),
        "valueQuantity": { "value": 13.1, "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL" }
    })
}

fn fhir(body: &Value) -> HttpResponse {
    HttpResponse::Ok().content_type("application/fhir+json").body(body.to_string())
}
