//! The cases of `docs/FIELD-CASES.md`: what public reports, programs and recorded answers say of the real hosts.

mod contacts;
mod gateway;
mod programs;
mod uploads;
