//! What is written of a fetch: what kinds of data came how, and nothing else.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use cellwise::gather::Access;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;
use wiremock::ResponseTemplate;

use crate::ehr::{Ehr, LONG, access_with, fhir, next, page};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[actix_web::test]
async fn the_log_says_what_came_and_nothing_of_it() {
    let ehr = Ehr::start().await;
    ehr.answers(
        "Patient/id-4711",
        fhir(&json!({"resourceType": "Patient", "id": "id-4711", "birthDate": "1911-11-11"})),
    )
    .await;
    ehr.answers("Condition", fhir(&page(&["secret-a"], &next("https://elsewhere.example/secret?page=2")))).await;
    ehr.answers("Procedure", ResponseTemplate::new(503).set_body_string("secret-b")).await;
    ehr.answers("Encounter", ResponseTemplate::new(200).set_body_string("secret-c")).await;
    let written = Written::default();
    let lines =
        tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(written.clone()).finish();
    let guard = tracing::subscriber::set_default(lines);
    let access = Access { patient: Some("id-4711".to_owned()), ..access_with(&ehr.base(), "secret-token") };
    let queries =
        ["Patient/id-4711", "Condition?patient=id-4711", "Procedure?patient=id-4711", "Encounter?patient=id-4711"];
    ehr.gather(&access, &queries, LONG).await;
    ehr.gather(&access, &["Patient/id-4711"], LONG).await;
    drop(guard);

    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    for secret in ["id-4711", "1911", "secret", "elsewhere", "/fhir", "patient=", "Bearer"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |level: &str| -> Vec<&Value> {
        let is_ours = |line: &&Value| line["level"] == level && line["target"] == "cellwise::gather";
        lines.iter().filter(is_ours).map(|line| &line["fields"]).collect()
    };
    let [first, second] = of("INFO")[..] else { panic!("{text}") };
    assert_eq!(first["outcomes"], "not-fhir: encounters; ok: patient; part: conditions; status 503: procedures");
    assert_eq!(first["client"], "hospital");
    assert_eq!((&second["outcomes"], &second["shared"]), (&json!("ok: patient"), &json!(1)));
    let needs = of("DEBUG");
    assert_eq!(needs.len(), 5);
    let procedures = needs.iter().find(|fields| fields["source"] == "procedures").unwrap();
    assert_eq!((&procedures["outcome"], &procedures["status"]), (&json!("status"), &json!(503)));
}
