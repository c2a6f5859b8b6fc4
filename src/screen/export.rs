//! Getting a bulk export from a FHIR server (`$export`): asking for it, waiting, fetching its files, telling the server that they were
//! fetched. What a run that was killed has already is not asked for again.
//!
//! Who asks shows a token, which it gets by signing with its own key (SMART Backend Services; `export/assertion.rs`). A token goes to the
//! server that was asked and nowhere else, whatever address a file has.

mod assertion;
mod pieces;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use reqwest::header::ACCEPT;
use reqwest::{RequestBuilder, Url};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ScreenError;
use super::asked::Asked;
use super::line::MEDICATION;
use crate::engine::Engine;
use crate::files;
use crate::outbound::{Answer, Outbound, SendError, is_private, is_within};
use crate::private_key::PrivateKey;
use assertion::assertion;
use cellwise_record::AsOf;
use pieces::{Piece, pieces};

/// Bytes of a manifest, or of a token, at most.
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;
/// How long an answer to a short question may take.
const ANSWER: Duration = Duration::from_mins(1);
/// How long a file may stand still.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long is waited between two questions when the server does not say.
const PAUSES: [u64; 6] = [1, 2, 5, 10, 20, 30];
/// What a server may ask to wait at most.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// How often something that fails is tried.
const TRIES: usize = 5;
/// How far a run is.
const STATE: &str = ".export.json";
/// What the server says of the export: read by `input.rs` together with the files.
const MANIFEST: &str = "manifest.json";

/// What to export, and as whom.
#[derive(Clone, Debug)]
pub struct Export {
    /// The address of the operation: `…/$export`, `…/Patient/$export` or `…/Group/[id]/$export`.
    pub url: Url,
    /// Who asks; nobody in particular without it.
    pub client: Option<ExportClient>,
    /// Certificates (PEM) of authorities that are trusted besides those of the machine.
    pub authorities: Vec<u8>,
}

/// A client of a FHIR server.
#[derive(Clone, Debug)]
pub struct ExportClient {
    /// Its id there.
    pub id: String,
    /// The file with its private key (PEM): RSA signs RS384, P-384 signs ES384.
    pub key: PathBuf,
    /// The id of the key, as the server knows it.
    pub key_id: Option<String>,
    /// Where tokens are had; what the server says of itself without it.
    pub token_url: Option<Url>,
}

/// How far an export is.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    /// What was asked.
    asked: String,
    /// Where it is asked about.
    status: Option<String>,
    /// Files that are there, by their place in the manifest.
    done: Vec<usize>,
    /// Whether the server was told that all is fetched.
    is_deleted: bool,
}

/// Speaks with the server.
struct Session<'e> {
    export: &'e Export,
    outbound: Outbound,
    folder: &'e Path,
    key: Option<PrivateKey>,
    token: Option<(String, Instant)>,
    say: &'e dyn Fn(&str),
}

/// Fetches an export into a folder, which can be screened afterwards. `say` is told what is waited for.
///
/// # Errors
/// When the server refuses, or does not answer in the end.
pub fn fetch(engine: &Engine, export: &Export, folder: &Path, say: &dyn Fn(&str)) -> Result<(), ScreenError> {
    super::make_private(folder)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| ScreenError::new(format!("can't be started: {error}")))?;
    if !is_private(&export.url) {
        return Err(ScreenError::new(format!("{}: an export is fetched by https only", export.url)));
    }
    let outbound = Outbound::new(&export.authorities).map_err(ScreenError::new)?;
    let key =
        export.client.as_ref().map(|client| PrivateKey::read(&client.key)).transpose().map_err(ScreenError::new)?;
    let mut session = Session { export, outbound, folder, key, token: None, say };
    runtime.block_on(session.run(&asked(engine, &export.url)))
}

/// The address with everything that is wanted: the types that rules read.
fn asked(engine: &Engine, url: &Url) -> Url {
    let asked = Asked::new(engine);
    let types: Vec<&str> = asked.sources.iter().map(|source| source.resource_type()).chain([MEDICATION]).collect();
    let mut url = url.clone();
    let given: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let has = |name: &str| given.iter().any(|given| given == name);
    if !has("_type") {
        url.query_pairs_mut().append_pair("_type", &types.join(","));
    }
    if !has("_outputFormat") {
        url.query_pairs_mut().append_pair("_outputFormat", "application/fhir+ndjson");
    }
    url
}

impl Session<'_> {
    async fn run(&mut self, asked: &Url) -> Result<(), ScreenError> {
        let mut state = self.state(asked.as_str())?;
        if state.is_deleted {
            return Ok(());
        }
        let manifest = match self.manifest() {
            Some(manifest) => manifest,
            None => self.wait_for(asked, &mut state).await?,
        };
        let pieces = pieces(&manifest)?;
        for (place, piece) in pieces.iter().enumerate() {
            if !state.done.contains(&place) {
                (self.say)(&format!("fetching file {} of {}", place + 1, pieces.len()));
                self.fetch(piece).await?;
                state.done.push(place);
                self.write(&state)?;
            }
        }
        self.delete(&state).await;
        state.is_deleted = true;
        self.write(&state)
    }

    fn state(&self, asked: &str) -> Result<State, ScreenError> {
        let path = self.folder.join(STATE);
        let Ok(bytes) = fs::read(&path) else { return Ok(State { asked: asked.to_owned(), ..State::default() }) };
        let state: State = serde_json::from_slice(&bytes).unwrap_or_default();
        if state.asked != asked {
            let folder = self.folder.display();
            return Err(ScreenError::new(format!(
                "{folder}: holds another export: name another folder, or begin anew with `--fresh`"
            )));
        }
        Ok(state)
    }

    fn write(&self, state: &State) -> Result<(), ScreenError> {
        let path = self.folder.join(STATE);
        files::replace(&path, &serde_json::to_vec(state).unwrap_or_default())
            .map_err(|error| ScreenError::of(&path, "can't be written", &error))
    }

    /// What the server said, if it did in an earlier run.
    fn manifest(&self) -> Option<Value> {
        serde_json::from_slice(&fs::read(self.folder.join(MANIFEST)).ok()?).ok()
    }

    /// Asks for the export, unless that was done, and waits until it is there.
    async fn wait_for(&mut self, asked: &Url, state: &mut State) -> Result<Value, ScreenError> {
        let mut begins = 0;
        let mut failures = 0;
        for turn in 0.. {
            let status = if let Some(status) = &state.status {
                status.clone()
            } else {
                begins += 1;
                let status = self.begin(asked).await?;
                state.status = Some(status.clone());
                self.write(state)?;
                status
            };
            let url = self.within(&status)?;
            let answer = self.send(|client| client.get(url.clone()).header(ACCEPT, "application/json")).await;
            match answer {
                Ok(answer) if answer.status == 200 => {
                    let manifest: Value = serde_json::from_slice(&answer.body)
                        .map_err(|error| ScreenError::new(format!("the server's manifest is no JSON: {error}")))?;
                    let path = self.folder.join(MANIFEST);
                    files::replace(&path, &answer.body)
                        .map_err(|error| ScreenError::of(&path, "can't be written", &error))?;
                    return Ok(manifest);
                }
                Ok(Answer { status: 202 | 429, retry_after, .. }) => {
                    failures = 0;
                    (self.say)("the server is preparing the export");
                    pause(retry_after, turn).await;
                }
                // What an earlier run asked for is no longer there.
                Ok(Answer { status: 404 | 410, .. }) if begins == 0 => state.status = None,
                Ok(Answer { status, retry_after, .. }) if status >= 500 && failures < TRIES => {
                    failures += 1;
                    pause(retry_after, failures).await;
                }
                Ok(answer) => return Err(refused("the export", answer.status)),
                Err(_error) if failures < TRIES => {
                    failures += 1;
                    pause(None, failures).await;
                }
                Err(error) => return Err(unreachable(&url, error)),
            }
        }
        Err(ScreenError::new("the server never finishes the export"))
    }

    /// Asks for the export: where it is asked about from then on.
    async fn begin(&mut self, asked: &Url) -> Result<String, ScreenError> {
        (self.say)("asking for the export");
        for attempt in 1..=TRIES {
            let answer = self
                .send(|client| {
                    client.get(asked.clone()).header(ACCEPT, "application/fhir+json").header("Prefer", "respond-async")
                })
                .await;
            match answer {
                Ok(Answer { status: 202, content_location: Some(at), .. }) => return Ok(at),
                Ok(Answer { status: 202, .. }) => {
                    return Err(ScreenError::new(
                        "the server takes the export on, and does not say where to ask about it",
                    ));
                }
                Ok(Answer { status, retry_after, .. }) if (status == 429 || status >= 500) && attempt < TRIES => {
                    pause(retry_after, attempt).await;
                }
                Ok(answer) => return Err(refused("an export", answer.status)),
                Err(_error) if attempt < TRIES => pause(None, attempt).await,
                Err(error) => return Err(unreachable(asked, error)),
            }
        }
        Err(ScreenError::new("the server takes no export on"))
    }

    /// Fetches a file. What is there in the end is whole.
    async fn fetch(&mut self, piece: &Piece) -> Result<(), ScreenError> {
        let path = self.folder.join(&piece.name);
        let new = path.with_added_extension("new");
        for attempt in 1..=TRIES {
            let file = File::create(&new).map_err(|error| ScreenError::of(&new, "can't be written", &error))?;
            let mut writer = BufWriter::new(file);
            let mut unwritten = None;
            let request = self.outbound.client().get(piece.url.clone()).header(ACCEPT, "application/fhir+ndjson");
            let request = self.with_token(request, &piece.url).await?;
            let answer = Outbound::stream(request, PATIENCE, |bytes| {
                writer.write_all(bytes).map_err(|error| {
                    unwritten = Some(error);
                    SendError::TooLarge
                })
            })
            .await;
            if let Some(error) = unwritten.or_else(|| writer.flush().err()) {
                return Err(ScreenError::of(&new, "can't be written", &error));
            }
            match answer {
                Ok(Answer { status: 200, .. }) => {
                    return fs::rename(&new, &path).map_err(|error| ScreenError::of(&path, "can't be written", &error));
                }
                Ok(Answer { status: 401, .. }) if attempt < TRIES => self.token = None,
                Ok(Answer { status, retry_after, .. }) if (status == 429 || status >= 500) && attempt < TRIES => {
                    pause(retry_after, attempt).await;
                }
                Ok(answer) => return Err(refused(&piece.name, answer.status)),
                Err(_error) if attempt < TRIES => pause(None, attempt).await,
                Err(error) => return Err(unreachable(&piece.url, error)),
            }
        }
        Err(ScreenError::new(format!("{} can't be fetched", piece.name)))
    }

    /// Tells the server that its files are no longer needed. It removes them by itself some day.
    async fn delete(&mut self, state: &State) {
        let Some(Ok(url)) = state.status.as_ref().map(|status| self.within(status)) else { return };
        match self.send(|client| client.delete(url.clone())).await {
            Ok(answer) if answer.status < 300 || answer.status == 404 => {}
            _ => (self.say)("the server keeps the files of the export: it did not take their deletion"),
        }
    }

    /// An address that the server names, of the server itself.
    fn within(&self, address: &str) -> Result<Url, ScreenError> {
        let url = self
            .export
            .url
            .join(address)
            .map_err(|_invalid| ScreenError::new("the server names no address to ask at"))?;
        let is_here = url.origin() == self.export.url.origin();
        is_here
            .then_some(url)
            .ok_or_else(|| ScreenError::new("the server names an address of another server to ask at"))
    }

    /// Sends a short question, with a token; once more with a new one where the old one is refused.
    async fn send(&mut self, request: impl Fn(&reqwest::Client) -> RequestBuilder) -> Result<Answer, SendError> {
        let mut answer = self.send_once(&request).await?;
        if answer.status == 401 && self.token.take().is_some() {
            answer = self.send_once(&request).await?;
        }
        Ok(answer)
    }

    async fn send_once(&mut self, request: &impl Fn(&reqwest::Client) -> RequestBuilder) -> Result<Answer, SendError> {
        let request = request(self.outbound.client());
        let url = self.export.url.clone();
        let request = self.with_token(request, &url).await.map_err(|_error| SendError::Unreachable)?;
        Outbound::send(request, LARGEST_ANSWER, Instant::now() + ANSWER).await
    }

    /// A request with the token, if it is to the server that the token is of.
    async fn with_token(&mut self, request: RequestBuilder, to: &Url) -> Result<RequestBuilder, ScreenError> {
        if self.key.is_none() || to.origin() != self.export.url.origin() {
            return Ok(request);
        }
        let is_fresh = self.token.as_ref().is_some_and(|(_, until)| Instant::now() < *until);
        if !is_fresh {
            self.token = Some(self.new_token().await?);
        }
        Ok(match &self.token {
            Some((token, _)) => request.bearer_auth(token),
            None => request,
        })
    }

    /// A new token, and until when it is used.
    async fn new_token(&self) -> Result<(String, Instant), ScreenError> {
        let (Some(client), Some(key)) = (&self.export.client, &self.key) else {
            return Err(ScreenError::new("nobody is named who could have a token"));
        };
        let at = match &client.token_url {
            Some(url) => url.clone(),
            None => self.token_url().await?,
        };
        if !is_private(&at) {
            return Err(ScreenError::new(format!("{at}: a token is asked for by https only")));
        }
        let now = AsOf::now().instant.as_second();
        let assertion = assertion(key, client, at.as_str(), now)?;
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", "system/*.read"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        let mut body = Url::parse("http://form.invalid/").map_err(|error| ScreenError::new(error.to_string()))?;
        body.query_pairs_mut().extend_pairs(form);
        let request = self.outbound.client().post(at.clone());
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(body.query().unwrap_or_default().to_owned());
        let answer = Outbound::send(request, LARGEST_ANSWER, Instant::now() + ANSWER).await;
        let answer = answer.map_err(|error| unreachable(&at, error))?;
        let token: Token = serde_json::from_slice(&answer.body).map_err(|_error| refused("a token", answer.status))?;
        let lasts = Duration::from_secs(token.expires_in.unwrap_or(300)).saturating_sub(Duration::from_secs(30));
        Ok((token.access_token, Instant::now() + lasts))
    }

    /// Where the server says that tokens are had.
    async fn token_url(&self) -> Result<Url, ScreenError> {
        let at = configuration(&self.export.url)?;
        let request = self.outbound.client().get(at.clone()).header(ACCEPT, "application/json");
        let answer = Outbound::send(request, LARGEST_ANSWER, Instant::now() + ANSWER).await;
        let answer = answer.map_err(|error| unreachable(&at, error))?;
        let said: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let url =
            said.as_ref().and_then(|said| said.get("token_endpoint")?.as_str()).and_then(|url| Url::parse(url).ok());
        url.ok_or_else(|| {
            ScreenError::new(format!("{at}: does not say where a token is had: name it with `--token-url`"))
        })
    }
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    expires_in: Option<u64>,
}

/// Where a server says what it takes, by the address of its operation.
fn configuration(operation: &Url) -> Result<Url, ScreenError> {
    let path = operation.path();
    let base = path.split_once("/$export").map_or(path, |(before, _)| before);
    let base = base.strip_suffix("/Patient").unwrap_or(base);
    let base = base.rsplit_once("/Group/").map_or(base, |(before, _)| before);
    let mut url = operation.clone();
    url.set_query(None);
    url.set_path(&format!("{base}/.well-known/smart-configuration"));
    let root = url.join(".").unwrap_or_else(|_| url.clone());
    is_within(&root, &url).then_some(url).ok_or_else(|| ScreenError::new("the address of the export is none"))
}

/// Waits as long as the server asks, or a little longer each time.
async fn pause(asked: Option<Duration>, turn: usize) {
    let seconds = PAUSES.get(turn).or(PAUSES.last()).copied().unwrap_or(1);
    let asked = asked.map(|asked| asked.clamp(Duration::from_millis(100), LONGEST_PAUSE));
    tokio::time::sleep(asked.unwrap_or(Duration::from_secs(seconds))).await;
}

fn refused(what: &str, status: u16) -> ScreenError {
    ScreenError::new(format!("the server refuses {what}: HTTP {status}"))
}

fn unreachable(url: &Url, error: SendError) -> ScreenError {
    ScreenError::new(format!("{}: {}", url.origin().ascii_serialization(), error.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_says_what_it_takes_at_its_base() {
        for path in ["$export", "Patient/$export", "Group/12/$export", "$export?_type=Patient"] {
            let url = Url::parse(&format!("https://ehr.example.org/fhir/R4/{path}")).unwrap();
            let at = configuration(&url).unwrap();
            assert_eq!(at.as_str(), "https://ehr.example.org/fhir/R4/.well-known/smart-configuration", "{path}");
        }
    }

    #[test]
    fn what_rules_read_is_what_is_asked_for() {
        let engine = Engine::load().unwrap();
        let url = asked(&engine, &Url::parse("https://ehr.example.org/fhir/$export").unwrap());
        let types = url.query_pairs().find(|(name, _)| name == "_type").unwrap().1.into_owned();
        assert!(types.contains("Patient") && types.contains("Medication,") | types.ends_with(",Medication"), "{types}");
        let given = Url::parse("https://ehr.example.org/fhir/$export?_type=Patient&_outputFormat=x").unwrap();
        assert_eq!(asked(&engine, &given), given);
    }
}
