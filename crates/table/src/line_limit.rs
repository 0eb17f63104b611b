//! A limit of the lines of a text: the reader of CSV keeps a whole record in memory, with a position for each cell.

use std::io::{self, Read};

/// The longest line. The longest list that a program saves has lines of some thousand bytes.
const MAX_LINE_BYTES: usize = 1 << 20;

/// A text whose lines are limited.
pub struct LineLimit<R> {
    text: R,
    line_bytes: usize,
}

impl<R> LineLimit<R> {
    pub fn new(text: R) -> Self {
        Self { text, line_bytes: 0 }
    }
}

impl<R: Read> Read for LineLimit<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.text.read(buffer)?;
        for (index, line) in buffer.get(..length).unwrap_or_default().split(|byte| *byte == b'\n').enumerate()
        {
            self.line_bytes = if index == 0 { self.line_bytes + line.len() } else { line.len() };
            if self.line_bytes > MAX_LINE_BYTES {
                return Err(io::Error::other("a line of it is longer than 1 MB"));
            }
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_megabyte_and_not_one_byte_more() {
        let read = |length: usize| {
            let text = ["a\n", &"x".repeat(length), "\nb"].concat();
            io::read_to_string(LineLimit::new(text.as_bytes())).map(|read| read.len())
        };
        assert_eq!(read(MAX_LINE_BYTES).ok(), Some(MAX_LINE_BYTES + 4));
        assert!(read(MAX_LINE_BYTES + 1).is_err());
    }
}
