//! Internal groups: who belongs to them, who runs them, and who may speak.

mod fixture;
mod follows;
mod limits;
mod members;
mod from_facts;
