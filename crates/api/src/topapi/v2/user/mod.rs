//! `/topapi/v2/user`.

pub mod create;
pub mod delete;
pub mod get;
pub mod getbymobile;
pub mod list;
pub mod update;

mod data;
mod place;
mod shown;

use carillon_domain::password;
use carillon_model::error::{Error, Result};
use carillon_wire::Call;

/// The hash of a password that was given, made on a thread where its slowness holds up nobody else. An empty password is
/// none.
async fn hash(call: &Call, password: Option<String>) -> Result<Option<String>> {
    let Some(password) = password.filter(|password| !password.is_empty()) else { return Ok(None) };
    let env = call.env.clone();
    let hashing = tokio::task::spawn_blocking(move || password::hash(&env, &password));
    hashing.await.map_err(Error::internal)?.map(Some)
}
