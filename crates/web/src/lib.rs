//! The pages that people see: [`routes`] gather the facts and call [`page`], whose functions are pure: a view model goes
//! in, HTML comes out.
//!
//! - [`view`]: what a page shows, as plain structs.
//! - [`page`]: one function per page and per fragment.
//! - [`clean`]: what other people wrote, made safe to show.
//! - [`text`] and [`time`]: every word and every time label, in Chinese and English.
//! - `accent`: the style sheet of an organisation's colour.
//! - [`sign_in_limits`]: how often passwords may be tried.
//! - [`assets`] and [`security`]: the embedded files, and the headers that pages leave with.

mod accent;
pub mod article_html;
mod assets;
mod best_effort;
pub mod clean;
mod device;
mod ended_sessions;
mod live;
pub mod page;
pub mod paths;
pub mod routes;
mod search_permits;
pub mod security;
pub mod sign_in_limits;
pub mod text;
pub mod time;
pub mod view;

pub use live::HandOver;
