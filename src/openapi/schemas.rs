//! The JSON Schemas as components: each file and each of its parts by a name of its own, for generators that follow no
//! reference to another document.

use serde_json::{Map, Value};

/// All schemas, by component name: `feedback`, and `feedback.item` for a part.
pub(super) fn components<'a>(documents: impl Iterator<Item = &'a Value>) -> Map<String, Value> {
    let mut components = Map::new();
    for document in documents {
        let Some(name) = document.get("$id").and_then(Value::as_str).and_then(name_of) else { continue };
        let mut whole = document.clone();
        let Some(members) = whole.as_object_mut() else { continue };
        members.remove("$schema");
        members.remove("$id");
        let parts = members.remove("$defs");
        for (part, mut schema) in parts.as_ref().and_then(Value::as_object).cloned().unwrap_or_default() {
            refer(&mut schema, &name);
            components.insert(format!("{name}.{part}"), schema);
        }
        refer(&mut whole, &name);
        components.insert(name, whole);
    }
    components.sort_keys();
    components
}

/// `feedback`, of the address or the file name of its schema.
fn name_of(address: &str) -> Option<String> {
    let file = address.rsplit('/').next()?;
    file.strip_suffix(".schema.json").map(str::to_owned)
}

/// Lets references lead to components.
fn refer(schema: &mut Value, own: &str) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, own)),
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get_mut("$ref")
                && let Some(component) = component_of(target, own)
            {
                *target = format!("#/components/schemas/{component}");
            }
            members.values_mut().for_each(|member| refer(member, own));
        }
        _ => {}
    }
}

fn component_of(target: &str, own: &str) -> Option<String> {
    let (file, part) = target.split_once('#').unwrap_or((target, ""));
    let name = if file.is_empty() { own.to_owned() } else { name_of(file)? };
    Some(match part.strip_prefix("/$defs/") {
        Some(part) => format!("{name}.{part}"),
        None => name,
    })
}
