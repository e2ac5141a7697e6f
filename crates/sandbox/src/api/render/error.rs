//! The API's error object.

use crate::api::render::json;
use crate::api::render::object::{Object, object};
use crate::model::error::ApiError;

pub(crate) fn body(error: &ApiError) -> String {
    json::write(&view(error))
}

fn view(error: &ApiError) -> Object {
    let anchor = error.code.replace('_', "-");
    object("error")
        .with("location", format!("https://www.omise.co/api-errors#{anchor}"))
        .with("code", error.code)
        .with("message", error.message.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_body_is_letter_by_letter_the_recorded_one() {
        let error = ApiError::invalid_charge("amount must be greater than or equal to 2000 (thb subunits)");
        let recorded = "{\n  \"object\": \"error\",\n  \"location\": \"https://www.omise.co/api-errors#invalid-charge\",\n  \
            \"code\": \"invalid_charge\",\n  \"message\": \"amount must be greater than or equal to 2000 (thb subunits)\"\n}\n";
        assert_eq!(body(&error), recorded);
        assert_eq!(body(&error).len(), 192);
    }
}
