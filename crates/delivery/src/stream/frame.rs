//! Frames of the Stream protocol. Every value of a header is a text, and so is the data: some clients drop anything else.

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

/// Observed, and the only reason that is: monitors leave it out of their alarms by its words.
const DISCONNECT_REASON: &str = "persistent connection is timeout";

/// What the server says on its own behalf.
#[derive(Clone, Copy, Debug)]
pub enum System {
    /// Shows a sign of life and asks for one.
    Ping,
    /// Asks the client to connect anew: this connection ends soon.
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
    /// The frame of an event. The id of the message is another one in each attempt: clients answer a repeated one from memory.
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

    /// A frame of the server's own.
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

    /// The frame as it is sent.
    pub fn text(&self) -> String {
        text(self)
    }
}

fn text(value: &impl Serialize) -> String {
    // Structs of texts and numbers always have a JSON form.
    serde_json::to_string(value).unwrap_or_default()
}

/// A client's answer to a frame.
#[derive(Debug, Deserialize)]
pub struct Acknowledgement {
    /// 200 when the client has dealt with it.
    pub code: i64,
    headers: AcknowledgementHeaders,
    /// JSON, as text or as it is; some clients say in there that they want it again.
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
    /// Reads an answer; none when it is something else.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The frame that it answers.
    pub fn message_id(&self) -> &str {
        &self.headers.message_id
    }

    /// Why the event has to come again; nothing when the client has it.
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
    fn done_means_200_and_not_later() {
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
        let again = [
            r#"{"code":200,"headers":{"messageId":"m"},"message":"OK","data":"{\"status\":\"LATER\"}"}"#,
            r#"{"code":200,"headers":{"messageId":"m"},"data":{"status":"LATER"}}"#,
            r#"{"code":500,"headers":{"messageId":"m"},"data":"{}"}"#,
            r#"{"code":404,"headers":{"messageId":"m"},"message":"not implement"}"#,
        ];
        for ack in again {
            assert!(problem(ack).is_some(), "{ack}");
        }
        for other in ["", "[]", r#"{"code":200}"#, r#"{"code":"200","headers":{"messageId":"m"}}"#] {
            assert!(Acknowledgement::read(other).is_none(), "{other}");
        }
    }
}
