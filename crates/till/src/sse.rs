//! Parses server-sent events from the bytes of a stream, which may be cut anywhere.

/// The proxy sends no longer line or event than this: a longer one ends the stream.
const EVENT_BYTES_MAX: usize = 1_000_000;

/// One event that carries data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The event's kind; `message` if the stream names none.
    pub name: String,
    /// The data lines, joined.
    pub data: String,
}

/// The stream is longer than the proxy would send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event is longer than {EVENT_BYTES_MAX} bytes")]
pub struct TooLong;

/// The unfinished part of the stream.
#[derive(Debug, Default)]
pub struct Parser {
    line: Vec<u8>,
    after_return: bool,
    begun: bool,
    name: String,
    data: String,
    last_id: Option<String>,
}

impl Parser {
    /// Takes the next bytes and gives the events that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, TooLong> {
        let mut events = Vec::new();
        for &byte in bytes {
            let joined = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            match byte {
                _ if joined => {}
                b'\r' | b'\n' => events.extend(self.end_line()),
                _ => self.line.push(byte),
            }
            if EVENT_BYTES_MAX < self.line.len() + self.data.len() {
                return Err(TooLong);
            }
        }
        Ok(events)
    }

    /// The id of the last event that had one: a new stream continues after it.
    pub fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    fn end_line(&mut self) -> Option<Event> {
        let bytes = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&bytes);
        let first = !std::mem::replace(&mut self.begun, true);
        let line = if first { line.strip_prefix('\u{feff}').unwrap_or(&line) } else { &line };
        if line.is_empty() {
            return self.end_event();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        self.field(field, value.strip_prefix(' ').unwrap_or(value));
        None
    }

    fn field(&mut self, field: &str, value: &str) {
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => self.last_id = Some(value.to_owned()),
            _ => {}
        }
    }

    fn end_event(&mut self) -> Option<Event> {
        let name = std::mem::take(&mut self.name);
        let mut data = std::mem::take(&mut self.data);
        data.pop()?;
        Some(Event { name: if name.is_empty() { "message".to_owned() } else { name }, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, data: &str) -> Event {
        Event { name: name.to_owned(), data: data.to_owned() }
    }

    fn check(text: &str, expected: &[Event], last_id: Option<&str>) {
        for size in [1, 2, 3, 7, 4096] {
            let mut parser = Parser::default();
            let pieces = text.as_bytes().chunks(size);
            let events: Vec<Event> = pieces.flat_map(|piece| parser.push(piece).unwrap()).collect();
            assert_eq!(events, expected, "{text:?} in pieces of {size}");
            assert_eq!(parser.last_id(), last_id, "{text:?}");
        }
    }

    #[test]
    fn an_event_is_read_wherever_the_stream_is_cut() {
        check(
            "event: payment\nid: e1-7\ndata: {\"a\":\"฿\"}\n\n",
            &[event("payment", "{\"a\":\"฿\"}")],
            Some("e1-7"),
        );
    }

    #[test]
    fn all_three_line_ends_are_read() {
        check(
            "data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n",
            &["1", "2", "3"].map(|data| event("message", data)),
            None,
        );
    }

    #[test]
    fn comments_and_unknown_fields_are_no_events() {
        check(": heartbeat\n\nretry: 5\n\nid: e1-8\n\n", &[], Some("e1-8"));
    }

    #[test]
    fn an_event_that_was_cut_off_is_never_given() {
        check("event: payment\ndata: {}\n", &[], None);
    }

    #[test]
    fn several_data_lines_are_one_text() {
        check("data: a\ndata:b\ndata\n\n", &[event("message", "a\nb\n")], None);
    }

    #[test]
    fn a_byte_order_mark_at_the_beginning_is_left_out() {
        check("\u{feff}data: a\n\n", &[event("message", "a")], None);
    }

    #[test]
    fn a_name_holds_for_one_event_alone() {
        check("event: payment\n\ndata: a\n\n", &[event("message", "a")], None);
    }

    #[test]
    fn an_endless_line_is_given_up() {
        let mut parser = Parser::default();
        assert_eq!(parser.push(&vec![b'x'; EVENT_BYTES_MAX + 1]), Err(TooLong));
    }
}
