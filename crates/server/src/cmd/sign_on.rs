//! `carillon sign-on`: single sign-on of an organisation by OpenID Connect.

use std::{fs::File, io::Read};

use carillon_domain::sign_on;
use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::UserId,
    operator::OperatorRole,
    sign_on::{MatchBy, SignOn},
    suggestion::did_you_mean,
};
use carillon_store::Store;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{find_corp, write};

/// The longest file with a secret, in bytes.
const MAX_SECRET_BYTES: u64 = 1_024;

/// A subcommand.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Action {
    /// Lets members sign in by a provider. Replaces all settings; without a secret the stored one stays.
    Set(Box<Settings>),
    /// Shows the settings.
    Show {
        /// The organisation.
        #[arg(long)]
        corp: String,
    },
    /// Lets members sign in by their passwords alone: the way back when the provider is gone.
    Remove {
        /// The organisation.
        #[arg(long)]
        corp: String,
    },
    /// Forgets which person of the provider a member is, and ends the member's sessions.
    Unlink {
        /// The member.
        userid: String,
        /// The organisation.
        #[arg(long)]
        corp: String,
    },
}

/// The settings.
#[derive(Args, Serialize, Deserialize)]
pub struct Settings {
    /// The organisation.
    #[arg(long)]
    corp: String,
    /// The address of the provider, below which its configuration is found.
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// The id by which the provider knows this server.
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// A file with the secret of the client; an empty file for a client without secret.
    #[arg(long = "client-secret-file", value_name = "FILE", value_parser = read_secret)]
    client_secret: Option<Secret>,
    /// The name of the provider on the sign-in page.
    #[arg(long)]
    label: String,
    /// A scope to request besides openid. Can be given several times [default: profile and email].
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// By what members are found at their first sign-in: userid, email or mobile.
    #[arg(long, value_name = "BY", default_value = "userid", value_parser = parse_match)]
    match_by: MatchBy,
    /// The claim with the userid, or its path with points.
    #[arg(long, value_name = "CLAIM", default_value = "preferred_username")]
    userid_claim: String,
    /// The claim with the groups, or its path with points.
    #[arg(long, value_name = "CLAIM", default_value = "")]
    groups_claim: String,
    /// A role that a group gives in the console: GROUP=ROLE. Can be given several times.
    #[arg(long = "group-role", value_name = "GROUP=ROLE", value_parser = parse_group_role)]
    group_roles: Vec<(String, OperatorRole)>,
    /// Makes members of people whom only the provider knows.
    #[arg(long)]
    enrol: bool,
    /// Lets members sign in by the provider alone.
    #[arg(long)]
    only: bool,
}

/// The secret of a client.
#[derive(Clone, Serialize, Deserialize)]
struct Secret(String);

fn read_secret(path: &str) -> std::result::Result<Secret, String> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MAX_SECRET_BYTES + 1).read_to_string(&mut text));
    read.map_err(|error| format!("cannot read {path}: {error}"))?;
    if text.len() as u64 > MAX_SECRET_BYTES {
        return Err(format!("{path} has more than {MAX_SECRET_BYTES} bytes"));
    }
    Ok(Secret(text.trim().to_owned()))
}

fn parse_match(text: &str) -> std::result::Result<MatchBy, String> {
    let all = [MatchBy::Userid, MatchBy::Email, MatchBy::Mobile];
    all.into_iter().find(|by| by.as_str() == text).ok_or_else(|| {
        let suggestion = did_you_mean(text, all.iter().map(|by| by.as_str()));
        format!("must be userid, email or mobile{suggestion}")
    })
}

fn parse_group_role(text: &str) -> std::result::Result<(String, OperatorRole), String> {
    let (group, role) = text.rsplit_once('=').ok_or("must be GROUP=ROLE")?;
    let Some(found) = OperatorRole::parse(role) else {
        let suggestion = did_you_mean(role, OperatorRole::ALL.iter().map(|role| role.as_str()));
        return Err(format!("{role} is no role{suggestion}"));
    };
    Ok((group.to_owned(), found))
}

/// Runs it. Returns the answer as JSON.
pub fn execute(store: &Store, env: &Env, action: Action) -> Result<Value> {
    match action {
        Action::Set(settings) => {
            let corp = find_corp(store, settings.corp.clone())?;
            let (of, (settings, secret)) = (corp.clone(), settings.into_parts());
            write(store, env, &corp, "sign-on set", move |tx, env| {
                sign_on::set(tx, env, &of, &settings, secret.as_deref())
            })?;
            show(store, &corp)
        }
        Action::Show { corp } => {
            let corp = find_corp(store, corp)?;
            show(store, &corp)
        }
        Action::Remove { corp } => {
            let corp = find_corp(store, corp)?;
            let of = corp.clone();
            write(store, env, &corp, "sign-on remove", move |tx, _| sign_on::remove(tx, &of))?;
            show(store, &corp)
        }
        Action::Unlink { userid, corp } => {
            let corp = find_corp(store, corp)?;
            let (of, userid) = (corp.clone(), UserId::from(userid));
            let unlinked =
                write(store, env, &corp, "sign-on unlink", move |tx, _| sign_on::unlink(tx, &of, &userid))?;
            Ok(json!({ "unlinked": unlinked }))
        }
    }
}

impl Settings {
    fn into_parts(self) -> (SignOn, Option<String>) {
        let mut settings = SignOn {
            issuer: self.issuer,
            client_id: self.client_id,
            label: self.label,
            scopes: self.scopes,
            match_by: self.match_by,
            userid_claim: self.userid_claim,
            groups_claim: self.groups_claim,
            group_roles: Default::default(),
            enrol: self.enrol,
            only: self.only,
        };
        if settings.scopes.is_empty() {
            settings.scopes = ["profile", "email"].map(str::to_owned).to_vec();
        }
        for (group, role) in self.group_roles {
            settings.group_roles.entry(group).or_default().insert(role);
        }
        (settings, self.client_secret.map(|secret| secret.0))
    }
}

fn show(store: &Store, corp: &carillon_model::id::CorpId) -> Result<Value> {
    store.read_blocking(corp, |tx| {
        let Some(settings) = sign_on::settings(tx, corp)? else { return Ok(json!({ "sign_on": "off" })) };
        let mut view = serde_json::to_value(&settings).map_err(Error::internal)?;
        view["client_secret"] = json!(if sign_on::has_secret(tx, corp)? { "stored" } else { "none" });
        Ok(view)
    })
}
