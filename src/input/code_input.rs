//! The field for a code that is typed by hand.

use scantill_till::digit_groups;
use web_sys::HtmlInputElement;

/// Groups the text of the field, and keeps the caret at the typing hand.
pub(crate) fn retyped(input: &HtmlInputElement) -> String {
    let text = input.value();
    let caret = input.selection_start().ok().flatten().and_then(|caret| usize::try_from(caret).ok());
    let field = digit_groups::grouped(&text, caret.unwrap_or(text.len()));
    if field.text != text {
        input.set_value(&field.text);
        let caret = u32::try_from(field.caret).unwrap_or(u32::MAX);
        // A field that lost its focus has no caret.
        let _ = input.set_selection_range(caret, caret);
    }
    field.text
}
