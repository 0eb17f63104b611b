//! Reads a body into memory: never more than its limit, and only what the budget has reserved for it.

use axum::body::{Body, HttpBody};
use bytes::{Bytes, BytesMut};
use carillon_model::error::Rule;
use http_body_util::BodyExt;

use crate::{
    body_budget::{Overloaded, Reservation},
    request_body::is_too_slow,
};

/// What a body of unknown length reserves at first.
const FIRST_BYTES: usize = 64 << 10;

/// A body that is being read.
pub(crate) struct BodyCollector {
    body: Body,
    /// What has come.
    data: BytesMut,
    /// It has come as a whole.
    is_whole: bool,
}

impl From<Overloaded> for Rule {
    fn from(_: Overloaded) -> Self {
        Self::Overloaded
    }
}

/// What a body has to reserve before it is read, with this limit.
///
/// # Errors
/// [`Rule::BodyTooLarge`] when it says that it is larger.
pub(crate) fn initial_bytes(body: &Body, limit: usize) -> Result<usize, Rule> {
    let hint = body.size_hint();
    if hint.lower() > limit as u64 {
        return Err(Rule::BodyTooLarge);
    }
    let declared = hint.exact().map_or(FIRST_BYTES, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    Ok(declared.min(limit))
}

impl BodyCollector {
    pub(crate) fn new(body: Body) -> Self {
        Self { body, data: BytesMut::new(), is_whole: false }
    }

    /// What has come so far.
    pub(crate) fn data(&self) -> &[u8] {
        &self.data
    }

    /// Reads until the body is whole, or until more than `limit` bytes have come. Returns whether it is whole.
    ///
    /// # Errors
    /// The rules that a body can break on the way.
    pub(crate) async fn read(&mut self, limit: usize, reservation: &mut Reservation) -> Result<bool, Rule> {
        while !self.is_whole && self.data.len() <= limit {
            let Some(frame) = self.body.frame().await else {
                self.is_whole = true;
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
                // All that is reserved, in one piece, so that nothing is copied while it grows.
                self.data.reserve(reservation.bytes().max(length) - self.data.len());
            }
            self.data.extend_from_slice(&data);
        }
        Ok(self.is_whole)
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.data.freeze()
    }
}
