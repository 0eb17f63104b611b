//! Every change is in the audit trail: who changed what and when, with the state before and after.

mod changes;
mod trail;
