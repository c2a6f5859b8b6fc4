//! Bodies that are no JSON, or no request: each a clear refusal, whatever is in them.

use serde_json::{Value, json};

use crate::helpers::{SERVER, cards, refused, request};

const SERVICE: &str = "/cds-services/cell-therapy-order-safety";

#[track_caller]
fn refused_body(body: impl Into<Vec<u8>>) {
    refused(SERVER.post(SERVICE, body.into()), 400);
}

#[test]
fn json_that_is_no_request() {
    for body in ["{}", "[]", "null", "true", "5", "\"text\"", "[{}]", "{\"hook\":\"order-sign\"}"] {
        refused_body(body);
    }
}

#[test]
fn text_that_is_no_json() {
    for body in [
        "",
        " ",
        "{",
        "}",
        "{]",
        "nul",
        "{\"a\":}",
        "{\"a\":1,}",
        "{'a':1}",
        "// {}",
        "<xml/>",
        "\u{feff}{}",
        "\0",
        "NaN",
    ] {
        refused_body(body);
    }
    refused_body(format!("{} {{}}", request("order-sign")));
}

#[test]
fn a_body_that_ends_anywhere() {
    let body = request("order-sign").to_string();
    for end in (0..body.len()).step_by(7) {
        refused_body(&body.as_bytes()[..end]);
    }
}

#[test]
fn a_wrong_type_for_every_member() {
    let valid = request("order-sign");
    let wrong = [json!(5), json!("Jansen"), json!(true), json!([]), json!(["Jansen"])];
    for member in ["hook", "hookInstance", "context", "prefetch", "extension", "fhirServer", "fhirAuthorization"] {
        for value in &wrong {
            if member == "hook" && value.is_string() {
                continue;
            }
            let mut body = valid.clone();
            body[member] = value.clone();
            let issues = refused(SERVER.post(SERVICE, body.to_string()), 400);
            assert!(!format!("{issues:?}").contains("Jansen"), "{issues:?}");
        }
    }
    for member in ["hook", "hookInstance", "context"] {
        let mut body = valid.clone();
        body[member] = Value::Null;
        let issues = refused(SERVER.post(SERVICE, body.to_string()), 400);
        assert_eq!(issues[0].pointer, format!("/{member}"));
    }
    for value in [json!(5), json!("Jansen"), json!([])] {
        let mut body = valid.clone();
        body["prefetch"]["conditions"] = value;
        let issues = refused(SERVER.post(SERVICE, body.to_string()), 400);
        assert_eq!(issues[0].pointer, "/prefetch/conditions");
    }
}

#[test]
fn nesting_ten_thousand_deep() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    for deep in [&deep, &deep_objects] {
        refused_body(deep.as_str());
        let valid = request("order-sign").to_string();
        // In a member that nobody reads, in a resource that rules read, in the draft orders.
        refused_body(valid.replacen('{', &format!("{{\"unknown\":{deep},"), 1));
        refused_body(valid.replacen("\"total\":0", &format!("\"entry\":{deep}"), 1));
        refused_body(valid.replacen("\"status\":\"draft\"", &format!("\"status\":{deep}"), 1));
    }
    refused_body("[".repeat(500_000));
}

#[test]
fn repeated_keys() {
    let valid = request("order-sign").to_string();
    refused_body(valid.replacen('{', "{\"hook\":\"patient-view\",", 1));
    refused_body(valid.replacen("\"context\":{", "\"context\":{\"patientId\":\"other\",", 1));
    refused_body(valid.replacen("\"prefetch\":{", "\"prefetch\":{\"conditions\":null,", 1));
    refused_body(valid.replacen("\"userId\"", "\"patientId\":\"p\",\"userId\"", 1));
}

#[test]
fn bytes_that_are_no_utf8() {
    let valid = request("order-sign").to_string().into_bytes();
    for (find, bad) in
        [(&b"Practitioner/a"[..], 12), (&b"1980-02-03"[..], 0), (&b"searchset"[..], 3), (&b"hookInstance"[..], 2)]
    {
        let place = valid.windows(find.len()).position(|window| window == find).unwrap() + bad;
        let mut body = valid.clone();
        body[place] = 0xff;
        refused_body(body);
    }
    refused_body(vec![0xff; 1000]);
    // Half a surrogate pair is no text either.
    refused_body(String::from_utf8(valid).unwrap().replace("Practitioner/a", "Practitioner/\\ud800"));
}

#[test]
fn odd_json_that_is_still_json() {
    let valid = request("order-sign").to_string();
    for odd in [
        format!("  \r\n\t{valid}\n"),
        valid.replace("Practitioner/a", "Practitioner/\\u0061\u{1F9EC}"),
        valid.replacen('{', "{\"big\":1e400,\"long\":123456789012345678901234567890,\"small\":-0.0e-5,", 1),
        valid.replace("\"hook\"", "\"h\\u006fok\""),
    ] {
        cards(SERVER.post(SERVICE, odd));
    }
}
