//! Statistics, compared with a slow and simple count of the same facts.

mod compare;
mod derived;
mod documented;
mod facts;
mod fixture;
mod history;
mod reference;
