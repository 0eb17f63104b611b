//! Rows, the transactions that change them, and the snapshot that hot reads come from.
//!
//! Only this crate knows SQL. Its texts keep to the subset that SQLite and PostgreSQL both understand, with parameters
//! written `?1`. Every query starts with the organisation.

mod account;
mod activity;
mod app;
mod article;
mod audit;
mod auto_reply;
mod call_count;
mod card;
mod comment;
mod corp;
mod delivery_log;
mod department;
mod ding;
mod directory;
mod event;
mod fact;
mod former_member;
mod group;
mod group_member;
mod lock;
mod media;
mod member;
mod migrate;
mod objects;
mod organisation;
mod outbox;
#[cfg(test)]
mod plans;
mod reach;
mod readers;
mod role;
mod send;
mod send_record;
mod session;
mod sql;
mod state;
mod statistic;
mod store;
mod subscription;
mod talk;
mod timeline;
mod tx;
mod year;

pub use activity::ACTIVE_DAYS;
pub use app::{App, StoredToken};
pub use article::ArticleFilter;
pub use audit::{AuditFilter, AuditRow};
pub use comment::Comment;
pub use corp::Corp;
pub use delivery_log::{LogFilter, LoggedEvent};
pub use ding::DingSetting;
pub use event::{Event, Notice};
pub use fact::{FactRow, SentFact};
pub use former_member::NamedMember;
pub use group::{GroupDay, GroupFilter};
pub use group_member::INDEXED_AT_MOST as GROUP_INDEXED_AT_MOST;
pub use media::Media;
pub use member::{MemberKey, MemberOrder};
pub use objects::{ContentHash, Objects};
pub use organisation::{ContentKey, OrganisationKey};
pub use outbox::{Due, LeasedEvent, Outlet};
pub use send::{Send, SendRow};
pub use send_record::{RecordFilter, ScheduledSend, SendRecord};
pub use session::Session;
pub use state::{CorpState, DepartmentNode, State, Token};
pub use statistic::KeptDay;
pub use store::{Paths, Store};
pub use subscription::{CallbackOwner, Push, StreamTicket, Subscription};
pub use talk::{Talk, TalkPlace, TalkRow};
pub use timeline::{Broadcast, Timeline};
pub use tx::Tx;
