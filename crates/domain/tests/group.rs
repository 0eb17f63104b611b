//! Internal groups: who belongs to them, who runs them, and who may speak.

mod fixture;
mod follows;
mod from_facts;
mod limits;
mod members;
