//! Mass sends (群发): receivers, quotas, schedules and recalls.

mod audience;
mod content;
mod create;
pub mod draft;
pub mod draft_message;
mod over_time;
mod overdue;
mod progress;
mod quota;
mod reach;
mod recall;
mod receivers;
mod record;
mod schedule;
mod window;

pub use audience::MAX_NAMED;
pub(crate) use audience::{resolve, scope};
pub(crate) use content::hash;
pub(crate) use create::deliver;
pub use create::{INDEXED_AT_MOST, NewSend, create};
pub use over_time::{Month, OverTime, Readers, SendDay, months, over_time};
pub use overdue::{DecidedBy, move_to, send_now};
pub use progress::{Progress, progress};
pub use quota::{QuotaLeft, left as quota_left};
pub use reach::{Reach, reach};
pub use recall::recall;
pub(crate) use receivers::of_sent;
pub use receivers::{Receiver, ReceiverFilter, ReceiverPage, receivers};
pub use record::{FullRecord, TitledRecord, record, records, records_at, title_of};
pub use schedule::{DueOutcome, MAX_DAYS_AHEAD, cancel, fail, postpone, schedule, send_due};
pub use window::move_window;
