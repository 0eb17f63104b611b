//! Every change is in the audit trail: who, what, when, before and after.

mod trail;
