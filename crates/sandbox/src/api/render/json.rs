//! Writes the JSON of answers and webhooks. A webhook is signed as it is sent.

use serde::Serialize;

/// A body, indented by two spaces, with a newline at its end.
pub(crate) fn write(value: &impl Serialize) -> String {
    let written = serde_json::to_string_pretty(value);
    debug_assert!(written.is_ok(), "objects of this crate always serialize");
    format!("{}\n", written.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bodies_are_indented_and_end_with_a_newline() {
        let written = write(&json!({ "metadata": {}, "refunds": { "data": [] }, "z": [1, 2] }));
        assert_eq!(
            written,
            "{\n  \"metadata\": {},\n  \"refunds\": {\n    \"data\": []\n  },\n  \"z\": [\n    1,\n    2\n  ]\n}\n"
        );
    }
}
