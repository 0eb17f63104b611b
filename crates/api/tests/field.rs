//! The cases of `docs/FIELD-CASES.md`: behaviour of the real hosts, as public reports, programs and recorded
//! responses show it.

mod contacts;
mod gateway;
mod programs;
mod uploads;
