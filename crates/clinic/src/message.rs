//! What a rule says: ids of texts with the values they show, never sentences.

use crate::products::Words;
use cellwise_record::Moment;

/// A value that a message shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// Words of the record, or a code. Escaped in Markdown.
    Text(String),
    /// A number; chooses plural forms.
    Number(f64),
    /// A date, shown as precise as it is known.
    Date(Moment),
    /// Another message of the rule's texts (a drug class, a criterion's name).
    Message(&'static str),
    /// Words that the indications data hold in every language.
    Words(Words),
}

/// A message: an id in the rule's texts with the values it shows.
///
/// A number of [`numbers`](crate::numbers) needs no value here: a text that names it by its id (`{ $low-igg }`) shows what the
/// hospital made of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Id in `cds-hooks/texts/<language>/<rule>.ftl`, else `common.ftl`.
    pub id: &'static str,
    /// Values by name.
    pub args: Vec<(&'static str, Arg)>,
}

impl Message {
    /// A message without values.
    #[must_use]
    pub fn new(id: &'static str) -> Self {
        Self { id, args: Vec::new() }
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

impl From<&'static str> for Message {
    fn from(id: &'static str) -> Self {
        Self::new(id)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&Words> for Arg {
    fn from(words: &Words) -> Self {
        Self::Words(words.clone())
    }
}

impl From<i32> for Arg {
    fn from(number: i32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<f64> for Arg {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Moment> for Arg {
    fn from(moment: Moment) -> Self {
        Self::Date(moment)
    }
}
