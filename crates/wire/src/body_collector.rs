//! Reads a body into memory, within its limit and within its reservation in the budget.

use axum::body::{Body, HttpBody};
use bytes::{Bytes, BytesMut};
use carillon_model::error::Rule;
use http_body_util::BodyExt;

use crate::{
    body_budget::{Overloaded, Reservation},
    request_body::is_too_slow,
};

/// The initial reservation of a body of unknown length.
const INITIAL_BYTES: usize = 64 << 10;

/// A body that is being read.
pub(crate) struct BodyCollector {
    body: Body,
    /// The received bytes.
    data: BytesMut,
    /// The body is complete.
    is_complete: bool,
}

impl From<Overloaded> for Rule {
    fn from(_: Overloaded) -> Self {
        Self::Overloaded
    }
}

/// Returns the bytes that a body reserves before it is read.
///
/// # Errors
/// [`Rule::BodyTooLarge`] if its declared length exceeds the limit.
pub(crate) fn initial_bytes(body: &Body, limit: usize) -> Result<usize, Rule> {
    let hint = body.size_hint();
    if hint.lower() > limit as u64 {
        return Err(Rule::BodyTooLarge);
    }
    let declared = hint.exact().map_or(INITIAL_BYTES, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    Ok(declared.min(limit))
}

impl BodyCollector {
    pub(crate) fn new(body: Body) -> Self {
        Self { body, data: BytesMut::new(), is_complete: false }
    }

    /// Returns the bytes received so far.
    pub(crate) fn data(&self) -> &[u8] {
        &self.data
    }

    /// Reads until the body is complete or more than `limit` bytes were received. Returns whether it is complete.
    ///
    /// # Errors
    /// [`Rule::BodyTooSlow`], [`Rule::BodyUnreadable`] or [`Rule::Overloaded`].
    pub(crate) async fn read(&mut self, limit: usize, reservation: &mut Reservation) -> Result<bool, Rule> {
        while !self.is_complete && self.data.len() <= limit {
            let Some(frame) = self.body.frame().await else {
                self.is_complete = true;
                break;
            };
            let frame = frame.map_err(|error| match is_too_slow(&error) {
                true => Rule::BodyTooSlow,
                false => Rule::BodyUnreadable,
            })?;
            let Ok(data) = frame.into_data() else { continue };
            let length = self.data.len() + data.len();
            if length > reservation.bytes() {
                reservation.grow(length.max(2 * self.data.len()))?;
            }
            if self.data.capacity() < length {
                // All reserved bytes at once, so that growing copies nothing; no more than the body has if it ends here.
                let capacity =
                    if self.body.is_end_stream() { length } else { reservation.bytes().max(length) };
                self.data.reserve(capacity - self.data.len());
            }
            self.data.extend_from_slice(&data);
        }
        Ok(self.is_complete)
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.data.freeze()
    }
}
