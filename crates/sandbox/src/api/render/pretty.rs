//! Writes JSON as the API's bodies were recorded: two spaces, a trailing newline, and empty lists and
//! objects broken over lines. The bytes matter, since webhooks are signed as they are sent.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// The body of an answer or a webhook.
pub(crate) fn write(value: &impl Serialize) -> String {
    let mut bytes = Vec::with_capacity(1024);
    let written = value.serialize(&mut Serializer::with_formatter(&mut bytes, Recorded::default()));
    debug_assert!(written.is_ok(), "objects of this crate always serialize");
    bytes.push(b'\n');
    String::from_utf8_lossy(&bytes).into_owned()
}

#[derive(Default)]
struct Recorded {
    depth: usize,
    has_value: bool,
}

impl Recorded {
    fn newline<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }

    fn open<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        self.newline(writer)?;
        self.has_value = true;
        writer.write_all(bracket)
    }

    fn next_line<W: ?Sized + io::Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.newline(writer)
    }
}

impl Formatter for Recorded {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if !self.has_value {
            writer.write_all(b"\n")?;
        }
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next_line(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next_line(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn empty_lists_and_objects_are_broken_as_recorded() {
        let written = write(&json!({ "metadata": {}, "refunds": { "data": [] }, "z": [1, 2] }));
        assert_eq!(
            written,
            "{\n  \"metadata\": {\n  },\n  \"refunds\": {\n    \"data\": [\n\n    ]\n  },\n  \"z\": [\n    1,\n    2\n  ]\n}\n"
        );
    }
}
