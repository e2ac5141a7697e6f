//! Form bodies and query strings: `source[type]=x` becomes a nested object, `tags[]=x` a list.

use serde_json::{Map, Value};

const DEPTH_MAX: usize = 16;
const FIELDS_MAX: usize = 1_000;

/// A form that cannot be read, in the API's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormError {
    #[error("the form has too many fields")]
    TooManyFields,
    #[error("the form is nested too deeply")]
    TooDeep,
    #[error("the form's fields contradict each other")]
    Contradiction,
}

pub(crate) fn parse(text: &str) -> Result<Map<String, Value>, FormError> {
    let mut root = Map::new();
    for (count, (name, value)) in form_urlencoded::parse(text.as_bytes()).enumerate() {
        if count >= FIELDS_MAX {
            return Err(FormError::TooManyFields);
        }
        insert(&mut root, &path(&name)?, value.into_owned())?;
    }
    Ok(root)
}

/// `source[address][city]` is `["source", "address", "city"]`; an empty part means a list's next place.
fn path(name: &str) -> Result<Vec<&str>, FormError> {
    let Some((first, rest)) = name.split_once('[') else { return Ok(vec![name]) };
    let mut parts = vec![first];
    parts.extend(rest.split('[').map(|part| part.trim_end_matches(']')));
    if parts.len() > DEPTH_MAX {
        return Err(FormError::TooDeep);
    }
    Ok(parts)
}

fn insert(map: &mut Map<String, Value>, path: &[&str], value: String) -> Result<(), FormError> {
    match path {
        [] => Ok(()),
        [name] => {
            map.insert((*name).to_owned(), Value::String(value));
            Ok(())
        }
        [name, ""] => {
            let list = map.entry(*name).or_insert_with(|| Value::Array(Vec::new()));
            list.as_array_mut().ok_or(FormError::Contradiction)?.push(Value::String(value));
            Ok(())
        }
        [name, rest @ ..] => {
            let inner = map.entry(*name).or_insert_with(|| Value::Object(Map::new()));
            insert(inner.as_object_mut().ok_or(FormError::Contradiction)?, rest, value)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn check(text: &str, expected: &Result<Value, FormError>) {
        assert_eq!(&parse(text).map(Value::Object), expected, "{text}");
    }

    #[test]
    fn nested_keys_become_objects_and_lists() {
        check("amount=2225&currency=thb", &Ok(json!({ "amount": "2225", "currency": "thb" })));
        check("source[type]=a&source[barcode]=1", &Ok(json!({ "source": { "type": "a", "barcode": "1" } })));
        check("x[]=1&x[]=2", &Ok(json!({ "x": ["1", "2"] })));
        check("description=a+b%20%E0%B8%BF", &Ok(json!({ "description": "a b ฿" })));
        check("source%5Btype%5D=a", &Ok(json!({ "source": { "type": "a" } })));
        check("", &Ok(json!({})));
    }

    #[test]
    fn nonsense_is_refused_or_taken_literally() {
        check("a=1&a[b]=2", &Err(FormError::Contradiction));
        check("a[b]=1&a[]=2", &Err(FormError::Contradiction));
        check(&format!("a{}=1", "[b]".repeat(40)), &Err(FormError::TooDeep));
        check(&"a=1&".repeat(1_001), &Err(FormError::TooManyFields));
        check("%zz=%", &Ok(json!({ "%zz": "%" })));
    }

    proptest! {
        #[test]
        fn no_text_upsets_the_parser(text in "\\PC{0,200}") {
            let _ = parse(&text);
        }

        #[test]
        fn no_brackets_upset_the_parser(text in "[a-c\\[\\]=&%0-9]{0,80}") {
            let _ = parse(&text);
        }
    }
}
