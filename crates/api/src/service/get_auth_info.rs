//! `credentials.get_auth_info`: the authorisation of an app by an organisation. The request is signed with the app's secret and has no token.

use carillon_domain::app::{self, SignedQuery};
use carillon_model::{
    app::AppType,
    contact::AdminLevel,
    error::{Error, Result, Rule},
    id::{AppKey, CorpId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{FindCorp, Operation, Visitor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

const PERMISSION: &str = "isvapi_base";
/// The prefix of the permissions for service accounts.
const ACCOUNT_PERMISSIONS: &str = "qyapi_service_account_";

/// A signed query, and the organisation in the body.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The key of the app.
    #[serde(rename = "accessKey")]
    #[schemars(length(min = 1, max = 128))]
    access_key: String,
    /// When it was signed, in ms.
    #[schemars(length(min = 1, max = 32))]
    timestamp: String,
    /// The ticket of the suite: any text, since Carillon issues no tickets.
    #[serde(rename = "suiteTicket")]
    #[schemars(length(min = 1, max = 256))]
    suite_ticket: String,
    /// Base64 of the HMAC-SHA256 of the time, a line feed and the ticket, under the app's secret.
    #[schemars(length(min = 1, max = 128))]
    signature: String,
    /// The same key, optional.
    #[schemars(length(max = 128))]
    suite_key: Option<String>,
    /// The organisation.
    #[schemars(length(min = 1, max = 128))]
    auth_corpid: CorpId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The authorisation.
    auth_info: AuthInfo,
    /// The member who authorised.
    auth_user_info: AuthUser,
    /// The organisation.
    auth_corp_info: AuthCorp,
    /// The apps that send for service accounts.
    channel_auth_info: Channels,
}

/// The authorisation of the organisation.
#[derive(Serialize, JsonSchema)]
struct AuthInfo {
    /// The app.
    agent: Vec<Agent>,
}

/// An app.
#[derive(Serialize, JsonSchema)]
struct Agent {
    /// Its number in the organisation.
    agentid: i64,
    /// A picture; empty, since apps have none.
    logo_url: &'static str,
    /// Its number (decided: the same, since an app belongs to one organisation).
    appid: i64,
    /// Administrators of the organisation.
    admin_list: Vec<UserId>,
    /// Its name.
    agent_name: String,
}

/// The member who authorised.
#[derive(Serialize, JsonSchema)]
struct AuthUser {
    /// The main administrator; empty while there is none.
    #[serde(rename = "userId")]
    user_id: String,
}

/// The organisation. Fields that Carillon does not know are empty, false or zero.
#[derive(Serialize, JsonSchema)]
struct AuthCorp {
    /// Its id.
    corpid: CorpId,
    /// The code of an invitation; empty, since there are no invitations.
    invite_code: &'static str,
    /// Its industry.
    industry: &'static str,
    /// Its name.
    corp_name: String,
    /// Its licence.
    license_code: &'static str,
    /// The channel of the authorisation.
    auth_channel: &'static str,
    /// The type of that channel.
    auth_channel_type: &'static str,
    /// Whether it is certified.
    is_authenticated: bool,
    /// The level of certification: 0 none.
    #[schemars(extend("enum" = [0, 1, 2, 3]))]
    auth_level: i64,
    /// The address for invitations.
    invite_url: &'static str,
    /// Its picture.
    corp_logo_url: &'static str,
    /// The organisation that owns it: itself.
    belong_corp_id: CorpId,
    /// Its name in full.
    full_corp_name: String,
    /// Its registration.
    #[serde(rename = "unifiedSocialCredit")]
    unified_social_credit: &'static str,
}

/// The apps that send for service accounts.
#[derive(Serialize, JsonSchema)]
struct Channels {
    /// The app, if it may work with service accounts.
    #[serde(rename = "channelAgent")]
    channel_agent: Vec<Channel>,
}

/// An app that works with service accounts.
#[derive(Serialize, JsonSchema)]
struct Channel {
    /// Its name.
    agent_name: String,
    /// Its number in the organisation.
    agentid: i64,
    /// A picture; empty, since apps have none.
    logo_url: &'static str,
    /// Its number.
    appid: i64,
}

pub fn operation() -> Operation {
    Operation::legacy("credentials.get_auth_info", "/service/get_auth_info")
        .title("获取企业授权信息", "Get authorisation info of an organisation")
        .permission(PERMISSION)
        .app_types(&[AppType::Internal, AppType::Isv])
        .in_query(&["accessKey", "timestamp", "suiteTicket", "signature"])
        .errors(&[Rule::WrongAppCredentials, Rule::AppDisabled, Rule::PermissionDenied])
        .example(json!({
            "accessKey": "dingappkey0001",
            "timestamp": "1760000000000",
            "suiteTicket": "ticket0001",
            "signature": "c2lnbmF0dXJl",
            "suite_key": "dingappkey0001",
            "auth_corpid": "dingcorp0001",
        }))
        .visitor(FindCorp::App(|request: &Request| &request.access_key), handle)
}

fn handle(tx: &mut Tx<'_>, visitor: &Visitor, request: Request) -> Result<Response> {
    let signed = SignedQuery {
        key: AppKey::from(request.access_key.as_str()),
        timestamp: request.timestamp,
        ticket: request.suite_ticket,
        signature: request.signature,
    };
    let app = app::verify_signature(tx, &visitor.env, &signed)?;
    if !app.grants.contains(PERMISSION) || app.app_type == AppType::Personal {
        return Err(Rule::PermissionDenied.into());
    }
    let other_suite = request.suite_key.filter(|key| !key.is_empty() && *key != request.access_key);
    if other_suite.is_some() {
        return Err(Error::invalid("suite_key", "is another app than the one that signed"));
    }
    if request.auth_corpid != app.corp {
        return Err(Error::invalid("auth_corpid", "is not the organisation of the app"));
    }
    let admins = tx.admins(&app.corp)?;
    let main = admins.iter().find(|(_, level)| *level == AdminLevel::Main);
    let user_id = main.map(|(userid, _)| userid.to_string()).unwrap_or_default();
    let name = tx.state().corp(&app.corp)?.corp.name.clone();
    let channel =
        Channel { agent_name: app.name.clone(), agentid: app.agent_id, logo_url: "", appid: app.agent_id };
    let is_channel = app.grants.iter().any(|grant| grant.starts_with(ACCOUNT_PERMISSIONS));
    Ok(Response {
        auth_info: AuthInfo {
            agent: vec![Agent {
                agentid: app.agent_id,
                logo_url: "",
                appid: app.agent_id,
                admin_list: admins.into_iter().map(|(userid, _)| userid).collect(),
                agent_name: app.name.clone(),
            }],
        },
        auth_user_info: AuthUser { user_id },
        auth_corp_info: AuthCorp {
            corpid: app.corp.clone(),
            invite_code: "",
            industry: "",
            corp_name: name.clone(),
            license_code: "",
            auth_channel: "",
            auth_channel_type: "",
            is_authenticated: false,
            auth_level: 0,
            invite_url: "",
            corp_logo_url: "",
            belong_corp_id: app.corp.clone(),
            full_corp_name: name,
            unified_social_credit: "",
        },
        channel_auth_info: Channels { channel_agent: is_channel.then_some(channel).into_iter().collect() },
    })
}
