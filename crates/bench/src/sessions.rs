//! Sessions of members without passwords: to verify thousands of them would take longer than the measurement.

use std::path::Path;

use anyhow::Result;
use carillon_domain::session;
use carillon_model::{
    audit::Signature,
    env::Env,
    fact::Client,
    id::{CorpId, DeptId, MemberNo},
    settings::Settings,
};
use carillon_store::Store;

/// Creates a session for each of the first members of a department, and returns the `Cookie` headers. The program
/// must not run on the data folder.
pub fn begin(data: &Path, corp: &str, dept: i64, members: usize) -> Result<Vec<String>> {
    let store = Store::open(data)?;
    let (corp, env) = (CorpId::from(corp), Env::system(Settings::default(), [0; 32]));
    let below = store.state().corp(&corp)?.members_below(DeptId(dept));
    let below: Vec<MemberNo> = below.iter().take(members).collect();
    let (of, signature) = (corp.clone(), Signature::server(&env, "bench"));
    let cookies = store.write_blocking(&corp, signature, move |tx| {
        let begin = |member| {
            let text = session::begin(tx, &env, &of, member, Client::Web)?;
            Ok(format!("carillon_session={text}"))
        };
        below.into_iter().map(begin).collect()
    })?;
    Ok(cookies)
}
