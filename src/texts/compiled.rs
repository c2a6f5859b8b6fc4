//! Messages taken apart when they are loaded: most are words with values between them, which need no more than to be put
//! together. What chooses between forms stays with Fluent.

use std::collections::BTreeMap;

use cellwise_clinic::Number;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

/// A message of a rule's bundle.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    /// Its words and the names of its values, in order; `None` when it chooses between forms.
    pieces: Option<Vec<Piece>>,
    /// The numbers that it names.
    pub(super) numbers: Vec<&'static Number>,
}

#[derive(Debug)]
enum Piece {
    Words(String),
    Value(String),
}

/// The values of a message, by name. Of two with a name the later one counts.
pub(super) type Values<'v> = Vec<(&'v str, FluentValue<'v>)>;

impl Compiled {
    /// The messages of a file, by id.
    pub(super) fn of(resource: &FluentResource) -> BTreeMap<String, Self> {
        let messages = resource.entries().filter_map(|entry| match entry {
            Entry::Message(message) => Some((message.id.name.to_owned(), message.value.as_ref()?)),
            _ => None,
        });
        messages.map(|(id, pattern)| (id, Self { pieces: pieces(pattern), numbers: Vec::new() })).collect()
    }

    /// The message with its values; `None` when it is Fluent's to say: it chooses, or a value is missing.
    pub(super) fn with(&self, values: &Values<'_>, has_comma: bool) -> Option<String> {
        let pieces = self.pieces.as_ref()?;
        let mut said = String::with_capacity(128);
        for piece in pieces {
            match piece {
                Piece::Words(words) => said.push_str(words),
                Piece::Value(name) => match values.iter().rev().find(|(own, _)| own == name)? {
                    (_, FluentValue::String(text)) => said.push_str(text),
                    (_, FluentValue::Number(number)) if has_comma => {
                        said.extend(number.as_string().chars().map(|c| if c == '.' { ',' } else { c }));
                    }
                    (_, FluentValue::Number(number)) => said.push_str(&number.as_string()),
                    _ => return None,
                },
            }
        }
        Some(said)
    }
}

/// The same values for Fluent.
pub(super) fn arguments(values: Values<'_>) -> FluentArgs<'_> {
    values.into_iter().collect()
}

fn pieces(pattern: &Pattern<&str>) -> Option<Vec<Piece>> {
    let piece = |element: &PatternElement<&str>| match element {
        PatternElement::TextElement { value } => Some(Piece::Words((*value).to_owned())),
        PatternElement::Placeable { expression: Expression::Inline(inline) } => match inline {
            InlineExpression::VariableReference { id } => Some(Piece::Value(id.name.to_owned())),
            InlineExpression::StringLiteral { value } if !value.contains('\\') => {
                Some(Piece::Words((*value).to_owned()))
            }
            _ => None,
        },
        PatternElement::Placeable { .. } => None,
    };
    pattern.elements.iter().map(piece).collect()
}
