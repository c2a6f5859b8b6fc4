//! The words of the cards, in every language: Fluent files of `cds-hooks/texts/<language>/`.
//!
//! `common.ftl` holds what all rules share, `<rule>.ftl` the rule's own, `page.ftl` those of the pages about rules,
//! `course.ftl` those of the picture of a patient's course, `ehr.ftl` those of the mock EHR. A message that one language lacks stops start-up.

mod compiled;
mod record;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentResource, FluentValue};
use hashbrown::HashMap;
use include_dir::Dir;
use jiff::civil::Date;
use unic_langid::LanguageIdentifier;

use self::compiled::{Compiled, Values, arguments};
use crate::embedded::files;
use crate::words::{line, markdown, plain};
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Arg, Language, Message, Number, numbers, rules};
use cellwise_record::facts::quantity::legible;
use cellwise_record::{Moment, StartupError};

/// Where words will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In plain text: a summary, a label, a description.
    Summary,
    /// In GitHub-flavoured Markdown: the detail of a card.
    Detail,
    /// In plain text with room for it: a page.
    Page,
}

/// A number with a decimal comma.
fn decimal_comma(value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(number.as_string().replace('.', ",")),
        _ => None,
    }
}

/// The name of the file with the words of the pages about rules.
pub const PAGE: &str = "page";

/// The name of the file with the words of the picture of a patient's course, and of the workbench.
pub const COURSE: &str = "course";

/// The name of the file with the words of the commands.
pub const COMMANDS: &str = "commands";
/// The name of the file with the words of the pages of the mock EHR.
pub const EHR: &str = "ehr";

/// The messages of one rule (or of the common file) in one language.
type Bundle = FluentBundle<FluentResource>;

/// All texts.
pub struct Texts {
    bundles: BTreeMap<(&'static str, &'static str), Bundle>,
    /// The messages of each bundle, taken apart. A card looks up dozens.
    compiled: HashMap<(&'static str, &'static str), HashMap<String, Compiled>>,
    /// The rows of a rule's table, in the order of its file.
    rows: BTreeMap<&'static str, Vec<String>>,
    /// The ids of the messages of each file, in its order.
    ids: BTreeMap<&'static str, Vec<String>>,
    /// What stands before the decimals of a number, by language.
    separators: BTreeMap<&'static str, char>,
}

impl Texts {
    /// Reads the texts of every rule in every language and compares them.
    ///
    /// # Errors
    /// A file that is missing or no Fluent, or a message that stands in one language only or shows other values.
    pub fn load(dir: &Dir<'static>) -> Result<Self, StartupError> {
        let mut folders = Vec::new();
        for language in Language::ALL {
            let found = files(dir, &format!("texts/{}", language.code()), "ftl")?;
            folders.push((*language, found.into_iter().map(|(name, text)| (name, text.to_owned())).collect()));
        }
        Self::of_folders(&folders)
    }

    /// The same from the files of each language, by name without extension.
    fn of_folders(folders: &[(Language, BTreeMap<String, String>)]) -> Result<Self, StartupError> {
        let (mut bundles, mut compiled) = (BTreeMap::new(), HashMap::new());
        let mut separators = BTreeMap::new();
        let mut rows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut ids: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut shapes: BTreeMap<(&str, &str), BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (language, found) in folders {
            let path = |name: &str| format!("cds-hooks/texts/{}/{name}.ftl", language.code());
            let text = |name: &str| {
                found.get(name).map(String::as_str).ok_or_else(|| StartupError::file(path(name), "is missing"))
            };
            let has_comma = text("common")?.lines().any(|line| line == "decimal-separator = ,");
            separators.insert(language.code(), if has_comma { ',' } else { '.' });
            for name in rules::ALL.iter().map(|rule| rule.id).chain(["common", PAGE, COURSE, COMMANDS, EHR]) {
                let id: LanguageIdentifier =
                    language.code().parse().map_err(|error| StartupError::file(path(name), error))?;
                let mut bundle = FluentBundle::new_concurrent(vec![id]);
                bundle.set_use_isolating(false);
                if has_comma {
                    bundle.set_formatter(Some(|value, _| decimal_comma(value)));
                }
                let mut messages = HashMap::new();
                let sources = if name == "common" { vec!["common"] } else { vec!["common", name] };
                for source in sources {
                    let resource = FluentResource::try_new(text(source)?.to_owned()).map_err(|(_, errors)| {
                        let first = errors.first().map(ToString::to_string).unwrap_or_default();
                        StartupError::file(path(source), first)
                    })?;
                    messages.extend(Compiled::of(&resource));
                    if source == name {
                        rows.insert(name, rows_of(&resource));
                        ids.insert(name, ids_of(&resource).map(str::to_owned).collect());
                        shapes.insert((name, language.code()), shape(&resource));
                    }
                    bundle.add_resource(resource).map_err(|errors| {
                        let first = errors.first().map(ToString::to_string).unwrap_or_default();
                        StartupError::file(
                            path(source),
                            format!("{first}: a rule's message must not have the id of a common one"),
                        )
                    })?;
                }
                bundles.insert((name, language.code()), bundle);
                compiled.insert((name, language.code()), messages);
            }
        }
        for ((name, language), messages) in &shapes {
            for (other, _) in folders {
                let theirs = shapes.get(&(*name, other.code()));
                for (id, variables) in messages {
                    let path = format!("cds-hooks/texts/{}/{name}.ftl", other.code());
                    match theirs.and_then(|theirs| theirs.get(id)) {
                        None => {
                            return Err(StartupError::file(
                                path,
                                format!("message `{id}` is missing; texts/{language}/{name}.ftl has it"),
                            ));
                        }
                        Some(found) if found != variables => {
                            return Err(StartupError::file(
                                path,
                                format!("message `{id}` shows other values than texts/{language}/{name}.ftl"),
                            ));
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        let named = |variables: &BTreeSet<String>| {
            numbers::ALL.iter().copied().filter(|number| variables.contains(number.id)).collect::<Vec<_>>()
        };
        for ((name, language), messages) in &mut compiled {
            for (id, message) in messages {
                let of = |name| shapes.get(&(name, *language)).and_then(|messages| messages.get(id));
                message.numbers = of(*name).or_else(|| of("common")).map(named).unwrap_or_default();
            }
        }
        Ok(Self { bundles, compiled, rows, ids, separators })
    }

    /// Whether a rule's texts (or the common ones) have this message.
    #[must_use]
    pub fn has(&self, rule: &str, id: &str) -> bool {
        let mut of_rule = self.bundles.iter().filter(|((name, _), _)| *name == rule).peekable();
        of_rule.peek().is_some() && of_rule.all(|(_, bundle)| bundle.has_message(id))
    }

    /// What a rule looks at: the names of the rows of its table, those that are the same for every patient.
    #[must_use]
    pub fn rows(&self, rule: &'static str, language: Language, policy: &Policy) -> Vec<String> {
        let ids = self.rows.get(rule).map_or(&[][..], Vec::as_slice);
        ids.iter().map(|id| self.say_id(rule, language, policy, id, &[])).collect()
    }

    /// The messages of a rule of a kind (`criterion` has `criterion-age`), in the order of its file.
    #[must_use]
    pub fn ids(&self, rule: &str, kind: &str) -> Vec<String> {
        let ids = self.ids.get(rule).into_iter().flatten();
        ids.filter(|id| id.split_once('-').is_some_and(|(first, _)| first == kind)).cloned().collect()
    }

    /// The numbers that a message names.
    #[must_use]
    pub fn numbers_in(&self, rule: &'static str, id: &str) -> &[&'static Number] {
        // Every language shows the same values.
        let language = Language::ALL.first().map_or("", |language| language.code());
        self.compiled(rule, language, id).map_or(&[], |message| &message.numbers)
    }

    fn compiled(&self, rule: &'static str, language: &'static str, id: &str) -> Option<&Compiled> {
        let of_rule = self.compiled.get(&(rule, language));
        of_rule.or_else(|| self.compiled.get(&("common", language)))?.get(id)
    }

    /// The values of the numbers that a message names: what the hospital made of them.
    fn numbers(&self, rule: &'static str, id: &str, policy: &Policy) -> Values<'static> {
        let numbers = self.numbers_in(rule, id).iter();
        numbers.map(|number| (number.id, FluentValue::from(policy.value(number)))).collect()
    }

    /// The words of a message, for a rule, in a language. A message that does not exist shows its id: visible, never silent.
    #[must_use]
    pub fn say(
        &self,
        rule: &'static str,
        language: Language,
        policy: &Policy,
        place: Place,
        message: &Message,
    ) -> String {
        let mut args: Values<'_> = self.numbers(rule, message.id, policy);
        for (name, value) in &message.args {
            let value = match (value, place) {
                (Arg::Text(text), Place::Detail) => FluentValue::from(markdown(&self.measured(language, text))),
                (Arg::Text(text), Place::Page) => FluentValue::from(line(&self.measured(language, text))),
                (Arg::Text(text), Place::Summary) => FluentValue::from(plain(&self.measured(language, text))),
                (Arg::Number(number), _) => FluentValue::from(*number),
                (Arg::Date(moment), _) => FluentValue::from(self.date(language, moment)),
                (Arg::Message(id), _) => FluentValue::from(self.say(rule, language, policy, place, &Message::new(id))),
                (Arg::Words(words), _) => FluentValue::from(words.of(language).to_owned()),
            };
            args.push((name, value));
        }
        self.format(rule, language, message.id, args)
    }

    fn format(&self, rule: &'static str, language: Language, id: &str, values: Values<'_>) -> String {
        let has_comma = self.has_comma(language);
        let said = self.compiled(rule, language.code(), id).and_then(|message| message.with(&values, has_comma));
        said.unwrap_or_else(|| self.format_by_fluent(rule, language, id, values))
    }

    fn format_by_fluent(&self, rule: &'static str, language: Language, id: &str, values: Values<'_>) -> String {
        let bundle =
            self.bundles.get(&(rule, language.code())).or_else(|| self.bundles.get(&("common", language.code())));
        let Some(bundle) = bundle else { return id.to_owned() };
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else { return id.to_owned() };
        let mut errors = Vec::new();
        match bundle.format_pattern(pattern, Some(&arguments(values)), &mut errors) {
            Cow::Borrowed(text) => text.to_owned(),
            Cow::Owned(text) => text,
        }
    }

    fn has_comma(&self, language: Language) -> bool {
        self.separators.get(language.code()) == Some(&',')
    }

    /// A number with its UCUM unit, as a person writes it: `28 days`, `38.5 °C`.
    #[must_use]
    pub fn measure(&self, language: Language, value: f64, unit: &str) -> String {
        let id = match unit {
            "h" | "d" | "wk" | "mo" | "a" => format!("measure-{unit}"),
            _ => "measure".to_owned(),
        };
        let values = vec![("value", FluentValue::from(value)), ("unit", FluentValue::from(legible(unit)))];
        self.format("common", language, &id, values).trim_end().to_owned()
    }

    /// A date as people write it in this language, as precise as it is known: `24 Nov 2026`, `Nov 2026`, `2026`.
    #[must_use]
    pub fn date(&self, language: Language, moment: &Moment) -> String {
        let (first, last) = (moment.first, moment.last);
        let write = |id, day: Date| day.strftime(&self.format("common", language, id, Vec::new())).to_string();
        if first == last {
            write("date-day", first)
        } else if (first.year(), first.month()) == (last.year(), last.month()) {
            write("date-month", first)
        } else if first.year() == last.year() {
            first.year().to_string()
        } else {
            format!("{} – {}", write("date-day", first), write("date-day", last))
        }
    }

    /// A measured value as the language writes it: `38.4 °C` and `Temperature: 38.4 °C` get a decimal comma where the language
    /// has one, and a date in it (`2026-11-02`) is written as any other.
    #[must_use]
    pub fn measured<'w>(&self, language: Language, words: &'w str) -> Cow<'w, str> {
        let words = if self.has_comma(language) { with_comma(words) } else { Cow::Borrowed(words) };
        let day_of = |word: &str| word.trim_matches(|c| matches!(c, '(' | ')' | ',' | ';' | '.')).parse::<Date>().ok();
        if !words.split(' ').any(|word| day_of(word).is_some()) {
            return words;
        }
        let dated = words.split(' ').map(|word| match day_of(word) {
            Some(day) => word.replace(&day.to_string(), &self.date(language, &Moment::on(day))),
            None => word.to_owned(),
        });
        Cow::Owned(dated.collect::<Vec<_>>().join(" "))
    }

    /// The words of a message whose id is made at run time (`gap-<kind>`, `source-<key>`).
    #[must_use]
    pub fn say_id(
        &self,
        rule: &'static str,
        language: Language,
        policy: &Policy,
        id: &str,
        args: &[(&'static str, String)],
    ) -> String {
        let mut values: Values<'_> = self.numbers(rule, id, policy);
        values.extend(args.iter().map(|(name, value)| (*name, FluentValue::from(value.as_str()))));
        self.format(rule, language, id, values)
    }
}

/// The messages of a file with the variables each shows.
fn shape(resource: &FluentResource) -> BTreeMap<String, BTreeSet<String>> {
    use fluent_syntax::ast::Entry;
    let mut messages = BTreeMap::new();
    for entry in resource.entries() {
        if let Entry::Message(message) = entry {
            let mut variables = BTreeSet::new();
            if let Some(pattern) = &message.value {
                collect_variables(pattern, &mut variables);
            }
            messages.insert(message.id.name.to_owned(), variables);
        }
    }
    messages
}

/// The ids of the messages of a file, in its order.
fn ids_of(resource: &FluentResource) -> impl Iterator<Item = &str> {
    resource.entries().filter_map(|entry| match entry {
        fluent_syntax::ast::Entry::Message(message) => Some(message.id.name),
        _ => None,
    })
}

/// The messages of a file that name a row and show no values but those of numbers.
fn rows_of(resource: &FluentResource) -> Vec<String> {
    let is_number = |variable: &String| numbers::ALL.iter().any(|number| number.id == variable);
    let shape = shape(resource);
    let in_order = ids_of(resource);
    let is_row = |id: &&str| id.split_once('-').is_some_and(|(kind, _)| kind == "criterion");
    let is_fixed = |id: &&str| shape.get(*id).is_some_and(|variables| variables.iter().all(is_number));
    in_order.filter(is_row).filter(is_fixed).map(str::to_owned).collect()
}

fn collect_variables(pattern: &fluent_syntax::ast::Pattern<&str>, variables: &mut BTreeSet<String>) {
    use fluent_syntax::ast::{Expression, InlineExpression, PatternElement};
    fn inline(expression: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
        match expression {
            InlineExpression::VariableReference { id } => {
                variables.insert(id.name.to_owned());
            }
            InlineExpression::FunctionReference { arguments, .. } => {
                for argument in &arguments.positional {
                    inline(argument, variables);
                }
            }
            InlineExpression::Placeable { expression } => whole(expression, variables),
            _ => {}
        }
    }
    fn whole(expression: &Expression<&str>, variables: &mut BTreeSet<String>) {
        match expression {
            Expression::Inline(expression) => inline(expression, variables),
            Expression::Select { selector, variants } => {
                inline(selector, variables);
                for variant in variants {
                    collect_variables(&variant.value, variables);
                }
            }
        }
    }
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            whole(expression, variables);
        }
    }
}

/// A measured value with a decimal comma. Only a number at the start, or after a colon, that ends there or before a space: not a code, a version or a date.
fn with_comma(text: &str) -> Cow<'_, str> {
    let (name, value) = text.rsplit_once(": ").map_or(("", text), |(name, value)| (name, value));
    let number = value.trim_start_matches(['<', '>', '≈', ' ']);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (amount, unit) = number.split_once(' ').map_or((number, None), |(amount, unit)| (amount, Some(unit)));
    match amount.split_once('.') {
        Some((whole, part)) if digits(whole) && digits(part) => {
            let bound = value.strip_suffix(number).unwrap_or_default();
            let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
            let unit = unit.map(|unit| format!(" {unit}")).unwrap_or_default();
            Cow::Owned(format!("{name}{bound}{whole},{part}{unit}"))
        }
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests;
