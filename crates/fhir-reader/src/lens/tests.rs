//! What the building blocks of a lens must forgive, and what not.

use super::*;

crate::lens! {
    /// A lens for the tests.
    struct Sample<'a> {
        name: Text<'a> = "name",
        active: Read<bool> = "active",
        size: Read<Number> = "size",
        child: Read<Box<Sample<'a>>> = "child",
        children: Many<Sample<'a>> = "children",
    }
}

fn read(json: &str) -> Sample<'_> {
    let read: Read<Object<Sample<'_>>> = serde_json::from_str(json).unwrap();
    match read {
        Read::Value(Object(sample)) => sample,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wrong_type_costs_that_element_only() {
    for wrong in ["1", "1.5e3", "true", "[1,{\"a\":2}]", "{\"a\":[1]}", "[]", "{}"] {
        let json = format!("{{\"name\":{wrong},\"active\":true}}");
        let sample = read(&json);
        assert!(sample.name.is_unreadable(), "{wrong}");
        assert_eq!(sample.active, Read::Value(true));
    }
    for wrong in ["1", "\"yes\"", "[true]", "{\"a\":1}"] {
        let json = format!("{{\"active\":{wrong},\"name\":\"x\"}}");
        let sample = read(&json);
        assert!(sample.active.is_unreadable(), "{wrong}");
        assert_eq!(sample.name.as_str(), Some("x"));
    }
    for wrong in ["\"one\"", "true", "[1]", "{}", "{\"a\":1,\"b\":2}"] {
        assert!(read(&format!("{{\"size\":{wrong},\"name\":\"x\"}}")).size.is_unreadable(), "{wrong}");
    }
    for wrong in ["1", "\"x\"", "[{}]", "false"] {
        assert!(read(&format!("{{\"child\":{wrong}}}")).child.is_unreadable(), "{wrong}");
    }
    assert!(read("{\"name\":null,\"child\":null,\"children\":null}").name.is_absent());
}

#[test]
fn numbers_keep_their_text() {
    for text in ["1.50", "0", "-3", "1e+2", "123456789012345678901234567890.5"] {
        let json = format!("{{\"size\":{text}}}");
        let Read::Value(Number(size)) = read(&json).size else { panic!("{text}") };
        assert_eq!(&*size, text);
    }
}

#[test]
fn a_number_may_be_a_string() {
    let table = [
        ("39.4", Some("39.4")),
        (" 39.4 ", Some("39.4")),
        ("39,4", Some("39.4")),
        ("-1", Some("-1")),
        ("1.50", Some("1.50")),
        ("1,500", None),
        ("39.4 C", None),
        ("< 5", None),
        ("NaN", None),
        ("1e999", None),
        ("", None),
    ];
    for (text, expected) in table {
        let json = serde_json::json!({ "size": text }).to_string();
        let size = read(&json).size;
        assert_eq!(size.value().map(|number| &*number.0), expected, "{text}");
    }
}

#[test]
fn a_lone_object_is_an_array_of_one() {
    assert_eq!(read(r#"{"children":{"name":"one"}}"#).children.items.len(), 1);
    let many = read(r#"{"children":[{"name":"one"},7,null,{"name":"two"},"x"]}"#).children;
    assert_eq!((many.items.len(), many.unreadable), (2, 2));
    assert_eq!(read(r#"{"children":7}"#).children.unreadable, 1);
}

#[test]
fn a_repeated_key_stops_the_reading() {
    let error = serde_json::from_str::<Read<Object<Sample<'_>>>>(r#"{"name":"a","name":"b"}"#).unwrap_err();
    assert!(error.to_string().contains("duplicate key `name`"), "{error}");
}

/// Reads no children.
struct Hasty;

impl<'de> Follow<'de, Sample<'de>> for Hasty {
    fn passes_over(&self, key: &str) -> bool {
        key == "children"
    }
}

fn read_hastily(json: &str) -> Result<Sample<'_>, serde_json::Error> {
    struct HastyVisitor;
    impl<'de> Visitor<'de> for HastyVisitor {
        type Value = Sample<'de>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Sample<'de>, A::Error> {
            let first = map.next_key()?;
            let mut sample = Sample::default();
            sample.read_into(first, &mut map, &mut Hasty)?;
            Ok(sample)
        }
    }
    serde_json::Deserializer::from_str(json).deserialize_map(HastyVisitor)
}

#[test]
fn what_is_passed_over_may_not_be_there_twice_either() {
    let sample = read_hastily(r#"{"children":[{}],"name":"a"}"#).unwrap();
    assert_eq!(sample.name.as_str(), Some("a"));
    assert!(sample.children.items.is_empty(), "passed over");
    for repeated in [r#"{"size":1,"name":"a","name":"b"}"#, r#"{"children":1,"children":2}"#] {
        let error = read_hastily(repeated).unwrap_err();
        assert!(error.to_string().contains("duplicate key"), "{repeated}: {error}");
    }
    for broken in [r#"{"size":1,"name":"#, r#"{"size":1,"name":x}"#, r#"{"size":1,"child":{"a":]}}"#] {
        assert!(read_hastily(broken).is_err(), "{broken}");
    }
}
