//! Notices for delivery and the scheduler, sent once a unit of work is durable.

use carillon_model::{
    id::{AppKey, CorpId},
    time::Timestamp,
};

use crate::{due::DueWork, outbox::DeliveryTarget};

/// A notice for delivery or the scheduler. Notices have a channel of their own, so that many of them at once do not make open pages
/// miss live events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// There is something to deliver.
    Raised(DeliveryTarget),
    /// An app's secret was replaced, or the app was disabled: its connections have to close.
    AccessEnded(AppKey),
    /// Work becomes due at a time. Only the scheduler receives it, by [`DueTimes`](crate::DueTimes).
    Due(CorpId, DueWork, Timestamp),
}
