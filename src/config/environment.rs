//! Environment variables that take the place of what the file says: `CELLWISE_FETCH_DEADLINE` is `deadline` of `[fetch]`.

use toml::{Table, Value};

use cellwise_record::StartupError;

/// How a variable begins, and the table that it means. The longer beginning comes first.
const TABLES: [(&str, &[&str]); 9] = [
    ("CELLWISE_SERVER_TLS_", &["server", "tls"]),
    ("CELLWISE_SERVER_", &["server"]),
    ("CELLWISE_ACCESS_LOG_", &["access-log"]),
    ("CELLWISE_TOKENS_", &["tokens"]),
    ("CELLWISE_FETCH_", &["fetch"]),
    ("CELLWISE_STORE_", &["store"]),
    ("CELLWISE_REPORT_", &["report"]),
    ("CELLWISE_METRICS_", &["metrics"]),
    ("CELLWISE_TRACES_", &["traces"]),
];
/// The keys that hold lists; the variable has commas.
const LISTS: [&str; 1] = ["cors-origins"];
/// The keys that hold text, whatever it looks like.
const TEXTS: [&str; 1] = ["password"];

/// What the environment says.
#[derive(Clone, Debug, Default)]
pub(super) struct Environment {
    variables: Vec<Variable>,
}

#[derive(Clone, Debug)]
struct Variable {
    name: String,
    table: &'static [&'static str],
    key: String,
    value: Value,
}

impl Environment {
    /// Those of some variables that are about the configuration. An empty one says nothing.
    pub(super) fn of(variables: impl Iterator<Item = (String, String)>) -> Self {
        let read = |(name, value): (String, String)| {
            let (beginning, table) = TABLES.iter().find(|(beginning, _)| name.starts_with(beginning))?;
            let key = name.strip_prefix(beginning)?.to_ascii_lowercase().replace('_', "-");
            let value = value.trim();
            (!value.is_empty()).then(|| Variable { table, value: meant(&key, value), key, name: name.clone() })
        };
        let mut variables: Vec<Variable> = variables.filter_map(read).collect();
        variables.sort_by(|left, right| left.name.cmp(&right.name));
        Self { variables }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    /// The text of a file as if it said what the variables say; `None` when it is no TOML, or has something else where a
    /// table should be.
    pub(super) fn over(&self, text: &str) -> Option<String> {
        let mut file: Table = toml::from_str(text).ok()?;
        for variable in &self.variables {
            let mut table = &mut file;
            for name in variable.table {
                let inner = table.entry(*name).or_insert_with(|| Value::Table(Table::new()));
                table = inner.as_table_mut()?;
            }
            table.insert(variable.key.clone(), variable.value.clone());
        }
        toml::to_string(&file).ok()
    }

    /// Problems of the text with the variables in it, each where it really stands: in the file, when the file alone has it,
    /// too, else in the environment.
    pub(super) fn placed(&self, problems: Vec<StartupError>, of_file: &[StartupError]) -> Vec<StartupError> {
        let names: Vec<&str> = self.variables.iter().map(|variable| variable.name.as_str()).collect();
        let environment = format!("the environment ({})", names.join(", "));
        let place = |problem: StartupError| {
            let own = of_file.iter().find(|own| own.problem == problem.problem);
            own.cloned().unwrap_or_else(|| StartupError::file(&environment, problem.problem))
        };
        problems.into_iter().map(place).collect()
    }
}

/// The value in the type that TOML would give it.
fn meant(key: &str, value: &str) -> Value {
    if LISTS.contains(&key) {
        return Value::Array(value.split(',').map(|item| Value::String(item.trim().to_owned())).collect());
    }
    if TEXTS.contains(&key) {
        return Value::String(value.to_owned());
    }
    match (value.parse::<i64>(), value.parse::<f64>(), value.parse::<bool>()) {
        (Ok(number), ..) => Value::Integer(number),
        (_, Ok(number), _) if number.is_finite() => Value::Float(number),
        (.., Ok(yes)) => Value::Boolean(yes),
        _ => Value::String(value.to_owned()),
    }
}
