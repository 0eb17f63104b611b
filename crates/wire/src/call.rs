//! Who calls, and from where: the arguments that the spine has checked before an operation's function runs.

use std::sync::Arc;

use carillon_model::{env::Env, id::CorpId};
use carillon_store::App;

/// A call by an app that may make it.
#[derive(Clone)]
pub struct Call {
    /// Clock, randomness, settings.
    pub env: Env,
    /// The calling app.
    pub app: Arc<App>,
    /// Where the caller reached this server, such as `http://127.0.0.1:8080`: links in answers begin with it.
    pub base_url: String,
}

impl Call {
    /// The organisation that the app works for.
    pub fn corp(&self) -> &CorpId {
        &self.app.corp
    }

    /// Whether the app was granted a permission.
    pub fn may(&self, permission: &str) -> bool {
        self.app.grants.contains(permission)
    }
}

/// A call by nobody known yet: the operations that give out tokens.
#[derive(Clone)]
pub struct Visitor {
    /// Clock, randomness, settings.
    pub env: Env,
}
