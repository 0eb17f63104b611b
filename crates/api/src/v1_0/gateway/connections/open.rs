//! `events.stream_open`: a ticket for a Stream connection, and the address of the WebSocket.

use carillon_domain::event::stream;
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    event::Channel,
};
use carillon_store::Tx;
use carillon_wire::{Code, FindCorp, Operation, Visitor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Observed on the gateway; no page documents it.
const AUTH_FAILED: Code = Code::both(40096, "鉴权失败", "authFailed", 401);

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The Client ID (AppKey) of the app.
    #[schemars(length(min = 1))]
    client_id: String,
    /// The Client Secret (AppSecret) of the app.
    #[schemars(length(min = 1))]
    client_secret: String,
    /// The topics to receive on the connection. Topics without events are accepted.
    #[schemars(length(min = 1, max = 100))]
    subscriptions: Vec<Topic>,
    /// The name and version of the client, without effect.
    #[serde(rename = "ua")]
    _ua: Option<String>,
    /// The local address of the client, without effect: the address of a caller is that of its connection.
    #[serde(rename = "localIp")]
    _local_ip: Option<String>,
}

/// A topic.
#[derive(Deserialize, JsonSchema)]
struct Topic {
    /// `EVENT` for events, `CALLBACK` for robots and cards, `SYSTEM` for messages that come without a subscription.
    r#type: TopicType,
    /// `*` for all events, else the topic of the callback, such as `/v1.0/im/bot/messages/get`.
    #[schemars(length(min = 1, max = 256))]
    topic: String,
}

/// Types of topic. Decided: the client for Go names those of the system, too.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum TopicType {
    Event,
    Callback,
    System,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The address of the WebSocket, on the host that the client used, always with a port.
    endpoint: String,
    /// The parameter `ticket` of the WebSocket address: valid once, for 90 seconds.
    ticket: String,
}

pub fn operation() -> Operation {
    Operation::v1("events.stream_open", "/v1.0/gateway/connections/open")
        .title("配置事件推送方式", "Open a stream connection")
        .purpose(
            "打开 Stream 连接的第一步：返回 WebSocket 地址和一次性 ticket，之后应用通过该连接接收事件，无需公网地址。从此时起，所订阅主题的事件会为应用保存，即使客户端尚未连接，默认等待 24 小时。已注册 HTTP 回调的应用，事件仍发往回调；没有订阅设置的应用接收有权接收的全部事件。",
            "The first step of a Stream connection: returns the address of the WebSocket and a ticket that works once. From now on the events of these topics are stored for the app, also while no client is connected, for 24 hours by default. Events of an app with an HTTP callback still go there; an app without a subscription receives every event that it may.",
        )
        .app_types(&[AppType::Internal, AppType::Isv])
        .registers_events()
        .error(Rule::WrongAppCredentials, AUTH_FAILED)
        .error(Rule::AppDisabled, AUTH_FAILED)
        .error(Rule::PermissionDenied, AUTH_FAILED)
        .example(json!({
            "clientId": "dingappkey0001",
            "clientSecret": "APP_SECRET",
            "subscriptions": [
                { "type": "EVENT", "topic": "*" },
                { "type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get" },
            ],
            "ua": "demo/1.0",
            "localIp": "192.0.2.1",
        }))
        .visitor(FindCorp::App(|request: &Request| &request.client_id), handle)
}

fn handle(tx: &mut Tx<'_>, visitor: &Visitor, request: Request) -> Result<Response> {
    let mut channels: Vec<Channel> = request.subscriptions.iter().filter_map(channel).collect();
    channels.sort_unstable();
    channels.dedup();
    let ticket = stream::open(tx, &visitor.env, &request.client_id, &request.client_secret, channels)?;
    Ok(Response { endpoint: endpoint(&visitor.origin.base_url()), ticket })
}

/// Returns the channel of a topic if it has events.
fn channel(topic: &Topic) -> Option<Channel> {
    match topic.r#type {
        // Some clients name single events; the subscription decides which are sent.
        TopicType::Event => Some(Channel::Events),
        TopicType::Callback => Channel::parse(&topic.topic).filter(|channel| *channel != Channel::Events),
        TopicType::System => None,
    }
}

/// Returns the address of the WebSocket on the host that the client used. Some clients require the port.
fn endpoint(base_url: &str) -> String {
    let (scheme, port, authority) = match base_url.split_once("://") {
        Some(("https", authority)) => ("wss", 443, authority),
        Some((_, authority)) => ("ws", 80, authority),
        None => ("ws", 80, base_url),
    };
    let (host, path) = authority.split_at(authority.find('/').unwrap_or(authority.len()));
    let has_port = host.rsplit_once(':').is_some_and(|(before, port)| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && (!before.contains(':') || before.ends_with(']'))
    });
    let path = path.trim_end_matches('/');
    if has_port {
        format!("{scheme}://{host}{path}/connect")
    } else {
        format!("{scheme}://{host}:{port}{path}/connect")
    }
}

#[cfg(test)]
mod tests {
    use super::endpoint;

    #[test]
    fn the_endpoint_follows_the_address_of_the_caller_and_has_a_port() {
        for (base_url, expected) in [
            ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/connect"),
            ("http://carillon.example", "ws://carillon.example:80/connect"),
            ("https://carillon.example", "wss://carillon.example:443/connect"),
            ("https://carillon.example:8443", "wss://carillon.example:8443/connect"),
            ("https://carillon.example/bells", "wss://carillon.example:443/bells/connect"),
            ("http://[::1]:8080", "ws://[::1]:8080/connect"),
            ("http://[::1]", "ws://[::1]:80/connect"),
        ] {
            assert_eq!(endpoint(base_url), expected);
        }
    }
}
