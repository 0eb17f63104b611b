//! The web pages of members. [`routes`] read the data and call [`page`], whose functions are pure: they turn a view model
//! into HTML.
//!
//! - [`view`]: view models, as plain structs.
//! - [`page`]: one function per page and per fragment.
//! - `console`: the pages of operators.
//! - `reference`: the reference of the API.
//! - [`clean`]: sanitises text and HTML that others wrote.
//! - [`text`] and [`time`]: all texts and time labels, in Chinese and English.
//! - `accent`: the style sheet for the accent colour of an organisation.
//! - [`sign_in_limits`]: rate limits for passwords.
//! - [`assets`] and [`security`]: the embedded files, and the response headers.

mod accent;
pub mod article_html;
mod assets;
mod best_effort;
pub mod clean;
mod console;
mod device;
mod ended_sessions;
mod live;
pub mod page;
pub mod paths;
pub mod provider;
mod reference;
pub mod remote_picture;
pub mod routes;
mod search_permits;
pub mod security;
pub mod sign_in_limits;
pub mod text;
pub mod time;
pub mod view;

pub use console::rights::{PageAccess, pages as console_pages};
pub use live::HandOver;
pub use reference::export as export_reference;
