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
    /// The key of the app (SuiteKey or CustomKey): its Client ID.
    #[serde(rename = "accessKey")]
    #[schemars(length(min = 1, max = 128))]
    access_key: String,
    /// When the request was signed, in ms since 1970; at most an hour from now.
    #[schemars(length(min = 1, max = 32))]
    timestamp: String,
    /// The ticket of the suite: any text, since Carillon issues no tickets.
    #[serde(rename = "suiteTicket")]
    #[schemars(length(min = 1, max = 256))]
    suite_ticket: String,
    /// Base64 of the HMAC-SHA256 of the time, a line feed and the ticket, under the app's secret.
    #[schemars(length(min = 1, max = 128))]
    signature: String,
    /// The key of the app once more; may be absent, and must not be another one.
    #[schemars(length(max = 128))]
    suite_key: Option<String>,
    /// The `corpId` of the organisation, which must be that of the app.
    #[schemars(length(min = 1, max = 128))]
    auth_corpid: CorpId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// What the organisation authorised: the app that asks.
    auth_info: AuthInfo,
    /// The member who authorised the app: here the main administrator.
    auth_user_info: AuthUser,
    /// The organisation that authorised the app. What Carillon does not know of it is empty, false or zero.
    auth_corp_info: AuthCorp,
    /// The apps that may work with service accounts.
    channel_auth_info: Channels,
}

/// The authorisation of the organisation.
#[derive(Serialize, JsonSchema)]
struct AuthInfo {
    /// The authorised apps: the app that asks, alone.
    agent: Vec<Agent>,
}

/// An app.
#[derive(Serialize, JsonSchema)]
struct Agent {
    /// The number (agentId) of the app in the organisation.
    agentid: i64,
    /// A picture of the app; empty, since apps have none.
    logo_url: &'static str,
    /// The number of the app itself (decided: the same as `agentid`, since an app belongs to one organisation).
    appid: i64,
    /// Userids of all administrators of the organisation.
    admin_list: Vec<UserId>,
    /// The name of the app.
    agent_name: String,
}

/// The member who authorised.
#[derive(Serialize, JsonSchema)]
struct AuthUser {
    /// The userid of the main administrator; empty while there is none.
    #[serde(rename = "userId")]
    user_id: String,
}

/// The organisation. Fields that Carillon does not know are empty, false or zero.
#[derive(Serialize, JsonSchema)]
struct AuthCorp {
    /// The `corpId` of the organisation.
    corpid: CorpId,
    /// The code of an invitation; empty, since there are no invitations.
    invite_code: &'static str,
    /// The industry of the organisation; always empty here.
    industry: &'static str,
    /// The name of the organisation.
    corp_name: String,
    /// The code of a licence; always empty here.
    license_code: &'static str,
    /// The code of the sales channel; always empty here.
    auth_channel: &'static str,
    /// The type of the sales channel; always empty here.
    auth_channel_type: &'static str,
    /// Whether the vendor certified the organisation; always false here.
    is_authenticated: bool,
    /// The level of certification: 0 none, 1 high, 2 middle, 3 basic; always 0 here.
    #[schemars(extend("enum" = [0, 1, 2, 3]))]
    auth_level: i64,
    /// The address of an invitation; always empty here.
    invite_url: &'static str,
    /// The address of the logo; always empty here, even if the organisation has one.
    corp_logo_url: &'static str,
    /// The `corpId` of the organisation that owns it: its own.
    belong_corp_id: CorpId,
    /// The full name of the organisation: the same as `corp_name`.
    full_corp_name: String,
    /// The unified social credit code of the organisation; always empty here.
    #[serde(rename = "unifiedSocialCredit")]
    unified_social_credit: &'static str,
}

/// The apps that send for service accounts.
#[derive(Serialize, JsonSchema)]
struct Channels {
    /// The app that asks, if it has a permission for service accounts; else an empty list.
    #[serde(rename = "channelAgent")]
    channel_agent: Vec<Channel>,
}

/// An app that works with service accounts.
#[derive(Serialize, JsonSchema)]
struct Channel {
    /// The name of the app.
    agent_name: String,
    /// The number (agentId) of the app in the organisation.
    agentid: i64,
    /// A picture of the app; empty, since apps have none.
    logo_url: &'static str,
    /// The number of the app itself (decided: the same as `agentid`, since an app belongs to one organisation).
    appid: i64,
}

pub fn operation() -> Operation {
    Operation::legacy("credentials.get_auth_info", "/service/get_auth_info")
        .title("获取企业授权信息", "Get authorisation info of an organisation")
        .purpose(
            "供应用服务商查询企业对应用的授权：应用在企业内的编号、企业名称和管理员。不使用 access_token，而是用应用密钥对请求签名，签名在其时间前后一小时内有效。应用只能查询自己所属的企业；Carillon 不掌握的企业信息返回空值。",
            "Tells the provider of an app what the organisation authorised: the number of the app, the name of the organisation and its administrators. The request is signed with the secret of the app instead of a token; the signature is valid for an hour before and after its time. An app can ask for its own organisation only; what Carillon does not know is empty.",
        )
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
