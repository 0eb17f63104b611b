//! Internal groups: members, administrators and bans on messages.

mod fixture;
mod follows;
mod from_facts;
mod limits;
mod members;
