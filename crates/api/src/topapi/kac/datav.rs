//! `/topapi/kac/datav`.

pub mod annual_report;
pub mod chat;
pub mod dau;
pub mod dept;
pub mod ding;
pub mod group;
pub mod inactivated;
pub mod microapp;
pub mod telconf;
pub mod videoconf;
pub mod videolive;
