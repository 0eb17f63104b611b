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
use tokio::sync::Semaphore;

/// The field that a password comes in.
const INIT_PASSWORD: &str = "init_password";
/// Passwords that are hashed at the same time: each takes 19 MiB and a processor while it lasts.
static HASHING: Semaphore = Semaphore::const_new(2);

/// The hash of a password that was given, made on a thread where its slowness holds up nobody else. An empty password is
/// none.
async fn hash(call: &Call, password: Option<String>) -> Result<Option<String>> {
    let Some(password) = password.filter(|password| !password.is_empty()) else { return Ok(None) };
    if let Some(objection) = password::objection(&password) {
        return Err(Error::invalid(INIT_PASSWORD, objection));
    }
    let turn = HASHING.acquire().await.map_err(Error::internal)?;
    let env = call.env.clone();
    let hashing = tokio::task::spawn_blocking(move || {
        // A caller who goes away does not end the work, which keeps its turn.
        let _turn = turn;
        password::hash(&env, &password)
    });
    hashing.await.map_err(Error::internal)?.map(Some)
}
