//! Frames of the Stream protocol. All header values and the data are strings: some clients ignore frames with other types.

use carillon_model::event::Channel;
use carillon_store::{App, LeasedEvent};
use carillon_wire::event_payload;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A frame to a client.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Frame<'a> {
    spec_version: &'static str,
    r#type: &'static str,
    headers: Headers<'a>,
    data: String,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Headers<'a> {
    message_id: &'a str,
    content_type: &'static str,
    topic: &'static str,
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_corp_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_born_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_unified_app_id: Option<&'a str>,
}

/// As observed, and the only reason that occurs: monitoring excludes it from its alarms by this text.
const DISCONNECT_REASON: &str = "persistent connection is timeout";

/// Frames that the server sends apart from events.
#[derive(Clone, Copy, Debug)]
pub enum System {
    /// Checks that the client is alive.
    Ping,
    /// Asks the client to reconnect: this connection ends soon.
    Disconnect,
}

#[derive(Serialize)]
struct PingData<'a> {
    opaque: &'a str,
}

#[derive(Serialize)]
struct DisconnectData {
    reason: &'static str,
}

impl<'a> Frame<'a> {
    /// Builds the frame of an event. Each attempt has its own message id: clients answer a repeated id from a cache.
    pub fn event(
        app: &'a App,
        channel: Channel,
        connection_id: &'a str,
        message_id: &'a str,
        leased: &'a LeasedEvent,
        (now, zone): (i64, &TimeZone),
    ) -> Self {
        let raised = &leased.event;
        let common = Headers {
            message_id,
            content_type: "application/json",
            topic: channel.topic(),
            time: now.to_string(),
            app_id: Some(app.agent_id.to_string()),
            connection_id: Some(connection_id),
            ..Headers::default()
        };
        match channel {
            Channel::Events => Self {
                spec_version: "1.0",
                r#type: "EVENT",
                headers: Headers {
                    event_type: Some(raised.data.kind().as_str()),
                    event_id: Some(raised.id.as_str()),
                    event_corp_id: Some(app.corp.as_str()),
                    event_born_time: Some(raised.born_at.0.to_string()),
                    event_unified_app_id: Some(app.key.as_str()),
                    ..common
                },
                data: text(&event_payload::stream_payload(raised, zone)),
            },
            Channel::BotMessages => Self {
                spec_version: "1.0",
                r#type: "CALLBACK",
                headers: common,
                data: text(&event_payload::bot_message(&app.corp, raised)),
            },
        }
    }

    /// Builds a system frame.
    pub fn system(system: System, message_id: &'a str, now: i64) -> Self {
        let (topic, data) = match system {
            System::Ping => ("ping", text(&PingData { opaque: message_id })),
            System::Disconnect => ("disconnect", text(&DisconnectData { reason: DISCONNECT_REASON })),
        };
        Self {
            spec_version: "1.0",
            r#type: "SYSTEM",
            headers: Headers {
                message_id,
                content_type: "application/json",
                topic,
                time: now.to_string(),
                ..Headers::default()
            },
            data,
        }
    }

    /// Serialises the frame to JSON.
    pub fn text(&self) -> String {
        text(self)
    }
}

fn text(value: &impl Serialize) -> String {
    // Structs of strings and numbers always serialise.
    serde_json::to_string(value).unwrap_or_default()
}

/// A client's response to a frame.
#[derive(Debug, Deserialize)]
pub struct Acknowledgement {
    /// 200 if the client has processed the event.
    pub code: i64,
    headers: AcknowledgementHeaders,
    /// JSON, as a string or a value. Some clients ask for a retry in there.
    #[serde(default)]
    data: serde_json::Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AcknowledgementHeaders {
    message_id: String,
}

#[derive(Deserialize)]
struct Status {
    status: String,
}

impl Acknowledgement {
    /// Parses an acknowledgement. Returns none for any other message.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The id of the frame that it acknowledges.
    pub fn message_id(&self) -> &str {
        &self.headers.message_id
    }

    /// Returns why the event has to be sent again, or none if the client has processed it.
    pub fn problem(&self) -> Option<String> {
        if self.code != 200 {
            return Some(format!("the client answered with code {}", self.code));
        }
        let status = match &self.data {
            serde_json::Value::String(text) => serde_json::from_str::<Status>(text).ok(),
            other => Status::deserialize(other).ok(),
        };
        status.filter(|status| status.status == "LATER").map(|_| "the client wants it later".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(ack: &str) -> Option<String> {
        Acknowledgement::read(ack).expect("an acknowledgement").problem()
    }

    #[test]
    fn code_200_without_later_acknowledges() {
        let done = [
            r#"{"code":200,"headers":{"messageId":"m"},"message":"OK","data":"{\"status\":\"SUCCESS\"}"}"#,
            r#"{"code":200,"headers":{"messageId":"m","contentType":"application/json"},"data":"{\"userId\":[\"u\"]}"}"#,
            r#"{"code":200,"headers":{"messageId":"m"},"data":{"status":"SUCCESS"}}"#,
            r#"{"code":200,"headers":{"messageId":"m"}}"#,
            r#"{"code":200,"headers":{"messageId":"m"},"data":null}"#,
            r#"{"code":200,"headers":{"messageId":"m"},"data":"not json"}"#,
        ];
        for ack in done {
            assert_eq!(problem(ack), None, "{ack}");
        }
        let retried = [
            r#"{"code":200,"headers":{"messageId":"m"},"message":"OK","data":"{\"status\":\"LATER\"}"}"#,
            r#"{"code":200,"headers":{"messageId":"m"},"data":{"status":"LATER"}}"#,
            r#"{"code":500,"headers":{"messageId":"m"},"data":"{}"}"#,
            r#"{"code":404,"headers":{"messageId":"m"},"message":"not implement"}"#,
        ];
        for ack in retried {
            assert!(problem(ack).is_some(), "{ack}");
        }
        for other in ["", "[]", r#"{"code":200}"#, r#"{"code":"200","headers":{"messageId":"m"}}"#] {
            assert!(Acknowledgement::read(other).is_none(), "{other}");
        }
    }
}
