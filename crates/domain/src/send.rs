//! Mass sends (群发): who receives what, at most how often, and how it is taken back.

mod audience;
mod content;
mod create;
mod progress;
mod quota;
mod recall;

pub use audience::MAX_NAMED;
pub use create::{INDEXED_AT_MOST, NewSend, create};
pub use progress::{Progress, progress};
pub use recall::recall;
