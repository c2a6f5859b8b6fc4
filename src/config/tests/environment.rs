//! Environment variables over the file.

use std::time::Duration;

use super::*;

const CLIENT: &str = "[[client]]\nid = \"a\"\nissuer = \"https://a.example\"\njku = \"https://a.example/keys\"\n\
                      fhir-servers = [\"https://a.example/fhir\"]\n";

fn under(variables: &[(&str, &str)], text: &str) -> Result<Config, Vec<String>> {
    let environment = Environment::of(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Config::parse_under(&environment, "local.toml", text, Path::new(""), &KNOWLEDGE, Part::Everything)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

#[test]
fn a_variable_goes_before_the_file() {
    let text = "[fetch]\ndeadline = \"400ms\"\npage-size = 50\n";
    let config = under(
        &[
            ("CELLWISE_FETCH_DEADLINE", "250ms"),
            ("CELLWISE_FETCH_MOST_PAGES", "3"),
            ("CELLWISE_SERVER_CORS_ORIGINS", "https://a.example, https://b.example"),
            ("CELLWISE_SERVER_UNAUTHENTICATED", "true"),
            ("CELLWISE_TOKENS_LONGEST", " "),
            ("CELLWISE_CONFIG", "x.toml"),
            ("OTHER", "y"),
        ],
        text,
    )
    .unwrap();
    assert_eq!(config.fetch.deadline, Duration::from_millis(250));
    assert_eq!((config.fetch.page_size, config.fetch.most_pages), (50, 3));
    assert_eq!(config.server.cors_origins.unwrap(), ["https://a.example", "https://b.example"]);
    assert_eq!(config.server.unauthenticated, Some(true));
}

#[test]
fn a_variable_can_bring_what_the_file_lacks() {
    let problems = under(&[], CLIENT).unwrap_err();
    assert!(problems.iter().all(|problem| problem.contains("base-url")), "{problems:?}");
    let config = under(&[("CELLWISE_SERVER_BASE_URL", "https://cds.example")], CLIENT).unwrap();
    assert_eq!(config.server.base_url.unwrap().as_str(), "https://cds.example/");
}

#[test]
fn a_problem_is_told_where_it_stands() {
    let problems =
        under(&[("CELLWISE_FETCH_DEADLINE", "soon")], "[tokens]\nclock-skew = \"9h\"\n[fetch]\npage-size = 50\n")
            .unwrap_err();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().any(|problem| problem.starts_with("local.toml:2: `clock-skew`")), "{problems:?}");
    assert!(
        problems.iter().any(|problem| problem.starts_with("the environment (CELLWISE_FETCH_DEADLINE): `deadline`")),
        "{problems:?}"
    );
    let unknown = under(&[("CELLWISE_FETCH_DEADLIN", "1s")], "").unwrap_err();
    assert!(unknown[0].starts_with("the environment (CELLWISE_FETCH_DEADLIN): unknown field `deadlin`"), "{unknown:?}");
}

#[test]
fn a_password_comes_from_the_environment() {
    let file = "[store]\nurl = \"postgres://a@b/c\"\n";
    // Text, whatever it looks like.
    for password in ["hunter2", "1234", "true", "1.5"] {
        let config = under(&[("CELLWISE_STORE_PASSWORD", password)], file).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
        // The database takes no second one.
        assert!(config.store.unwrap().address.with_password("x").is_err());
    }
    let config = under(&[("CELLWISE_STORE_URL", "sqlite:a.db"), ("CELLWISE_REPORT_OVERRIDDEN_SHARE", "0.4")], "");
    let config = config.unwrap();
    assert_eq!(config.store.unwrap().address.to_string(), "sqlite:a.db");
    assert_eq!(config.report.overridden_percent, 40);
}
