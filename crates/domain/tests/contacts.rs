//! Members, departments and roles through a real store.

mod deleted;
mod events;
mod import;
mod order;
mod place;
mod snapshot;
