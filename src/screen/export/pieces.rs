//! The files of an export.

use reqwest::Url;
use serde_json::Value;

use crate::outbound::is_private;
use crate::screen::ScreenError;

/// A file of an export.
pub(super) struct Piece {
    pub(super) url: Url,
    /// How it is called here.
    pub(super) name: String,
}

/// The files that a manifest names: data by type, and what the server says of errors.
pub(super) fn pieces(manifest: &Value) -> Result<Vec<Piece>, ScreenError> {
    let list = |key: &str| manifest.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut pieces = Vec::new();
    for (number, one) in list("output").iter().chain(list("error")).enumerate() {
        let text = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default();
        let url = Url::parse(text("url")).ok().filter(is_private);
        let url = url.ok_or_else(|| ScreenError::new("the manifest names a file that is not fetched by https"))?;
        let kind: String = text("type").chars().filter(char::is_ascii_alphabetic).collect();
        pieces.push(Piece { url, name: format!("{kind}.{number:04}.ndjson") });
    }
    Ok(pieces)
}
