//! A body that its operation reads itself, plain or gzip.

use std::{
    fmt,
    io::{self, BufRead, BufReader, Read},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Buf, Bytes, buf::Reader};
use carillon_model::error::{Error, Rule};
use flate2::bufread::MultiGzDecoder;

use crate::{
    body_budget::{Overloaded, Reservation},
    request_body::has_cause,
};

/// Unpacked bytes per packed byte. Lines of facts have 10 to 30.
const MAX_RATIO: u64 = 100;
/// Unpacked bytes before the ratio applies.
const RATIO_FREE_BYTES: u64 = 1 << 20;
/// Bytes of each reservation while a body is unpacked.
const STEP_BYTES: u64 = 256 << 10;

/// A body that the operation reads itself.
pub struct RawBody {
    data: Bytes,
    encoding: String,
    /// The reservation of the body and of its parsed values in the shared budget. `None` for a body that belongs to no request.
    reservation: Option<Arc<Mutex<Reservation>>>,
}

/// The body exceeds its limit of bytes, or the ratio of unpacked to packed bytes.
#[derive(Debug, thiserror::Error)]
#[error("the unpacked body is too large")]
struct TooLarge;

impl RawBody {
    pub(crate) fn new(data: Bytes, encoding: String, reservation: Option<Arc<Mutex<Reservation>>>) -> Self {
        Self { data, encoding, reservation }
    }

    /// Returns a reader of the body, which unpacks gzip, for at most `max_bytes` bytes. Unpacked bytes count against the budget of bodies,
    /// since the values that are parsed from them stay in memory.
    ///
    /// # Errors
    /// [`Rule::BodyUnreadable`] for an unknown encoding.
    pub fn reader(self, max_bytes: u64) -> Result<impl BufRead, Error> {
        let ratio_limit = (self.data.len() as u64).saturating_mul(MAX_RATIO).max(RATIO_FREE_BYTES);
        let (inner, limit) = match self.encoding.as_str() {
            "" | "identity" => (Source::Plain(self.data.reader()), max_bytes),
            "gzip" | "x-gzip" => (
                Source::Packed(Box::new(MultiGzDecoder::new(self.data.reader()))),
                max_bytes.min(ratio_limit),
            ),
            other => {
                let reason = format!("Content-Encoding {other} is not known: send gzip, or none");
                return Err(Error::because(Rule::BodyUnreadable, reason));
            }
        };
        let reservation = self.reservation.filter(|_| matches!(inner, Source::Packed(_)));
        Ok(BufReader::new(LimitedReader { inner, read: 0, limit, reservation, reserved: 0 }))
    }

    /// Converts an error of the reader.
    pub fn error(error: &io::Error) -> Error {
        if has_cause::<TooLarge>(error) {
            Rule::BodyTooLarge.into()
        } else if has_cause::<Overloaded>(error) {
            Rule::Overloaded.into()
        } else {
            Error::because(Rule::BodyUnreadable, format!("not gzip: {error}"))
        }
    }
}

impl fmt::Debug for RawBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RawBody").field("bytes", &self.data.len()).finish_non_exhaustive()
    }
}

impl PartialEq for RawBody {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data && self.encoding == other.encoding
    }
}

enum Source {
    Plain(Reader<Bytes>),
    Packed(Box<MultiGzDecoder<Reader<Bytes>>>),
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(plain) => plain.read(buffer),
            Self::Packed(packed) => packed.read(buffer),
        }
    }
}

/// Reads within a limit and within the reservation.
struct LimitedReader {
    inner: Source,
    read: u64,
    limit: u64,
    reservation: Option<Arc<Mutex<Reservation>>>,
    /// Bytes of `read` that are reserved.
    reserved: u64,
}

impl Read for LimitedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.inner.read(buffer)?;
        self.read += bytes as u64;
        if self.read > self.limit {
            return Err(io::Error::other(TooLarge));
        }
        if let Some(reservation) = self.reservation.as_ref().filter(|_| self.read > self.reserved) {
            let more = (self.read - self.reserved).max(STEP_BYTES);
            let mut reservation = reservation.lock().unwrap_or_else(PoisonError::into_inner);
            let to = reservation.bytes().saturating_add(usize::try_from(more).unwrap_or(usize::MAX));
            reservation.grow(to).map_err(io::Error::other)?;
            self.reserved += more;
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write, time::Duration};

    use flate2::{Compression, write::GzEncoder};

    use super::*;
    use crate::{
        body_budget::{BodyBudget, BodyBudgetSettings},
        peer::Holder,
    };

    fn packed(plain: &[u8]) -> Bytes {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(plain).unwrap();
        packed.finish().unwrap().into()
    }

    /// Reads a body within a budget. Returns the result and the reserved bytes.
    fn read(data: Bytes, max_bytes: u64, budget: usize) -> (Result<usize, Error>, usize) {
        let settings = BodyBudgetSettings::of(budget * 8, 100, Duration::ZERO);
        let budget = BodyBudget::new(BodyBudgetSettings { total: budget, ..settings });
        let reservation = budget.empty(Holder::Session([1; 32]));
        let reservation = Arc::new(Mutex::new(reservation));
        let body = RawBody::new(data, "gzip".to_owned(), Some(Arc::clone(&reservation)));
        let mut sink = Vec::new();
        let result = body.reader(max_bytes).unwrap().read_to_end(&mut sink);
        (result.map_err(|error| RawBody::error(&error)), budget.used())
    }

    fn noise(bytes: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            b'a' + (state >> 28) as u8
        };
        std::iter::repeat_with(next).take(bytes).collect()
    }

    #[test]
    fn unpacked_bodies_have_a_limit_of_size_and_of_ratio() {
        let plain = noise(2 << 20);
        assert_eq!(read(packed(&plain), 2 << 20, 64 << 20).0, Ok(2 << 20));
        assert_eq!(read(packed(&plain), (2 << 20) - 1, 64 << 20).0, Err(Rule::BodyTooLarge.into()));
        // A thousand to one: cut off after the first megabyte.
        let bomb = packed(&vec![b'\n'; 8 << 20]);
        assert_eq!(read(bomb, 64 << 20, 64 << 20).0, Err(Rule::BodyTooLarge.into()));
        assert_eq!(read(packed(&vec![b'\n'; 1 << 20]), 64 << 20, 64 << 20).0, Ok(1 << 20));
    }

    #[test]
    fn unpacked_bytes_count_against_the_budget() {
        let plain = noise(2 << 20);
        let (result, used) = read(packed(&plain), 64 << 20, 64 << 20);
        assert_eq!(result, Ok(2 << 20));
        assert!((2 << 20..3 << 20).contains(&used), "{used}");
        let (result, used) = read(packed(&plain), 64 << 20, 1 << 20);
        assert_eq!(result, Err(Rule::Overloaded.into()));
        assert!(used <= 1 << 20, "{used}");
        let cut_off = packed(&plain).slice(..1000);
        assert!(matches!(
            read(cut_off, 64 << 20, 64 << 20).0,
            Err(Error::RuleBecause(Rule::BodyUnreadable, _))
        ));
    }
}
