//! A Stream client on a thread: connects, answers as the test decides, and reconnects when the connection ends.

use std::{
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::Message};

/// The client's answer to an event.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Acknowledges it.
    Done,
    /// Asks for it again later.
    Later,
    /// Reports an error.
    Code(i64),
    /// Answers nothing.
    Silence,
    /// Closes the connection, as a crash does.
    Crash,
}

type Choose = dyn Fn(&Value, usize) -> Answer + Send;

pub struct StreamClient {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    frames: Mutex<Vec<Value>>,
    changed: Condvar,
}

impl StreamClient {
    /// Connects to the gateway at `url` as an app, for all events. `choose` gets each event and the number of
    /// those before, and returns the answer.
    pub fn start(url: &str, app: &Value, choose: impl Fn(&Value, usize) -> Answer + Send + 'static) -> Self {
        Self::start_for(url, app, json!([{ "type": "EVENT", "topic": "*" }]), choose)
    }

    /// Starts for some topics alone.
    pub fn start_for(
        url: &str,
        app: &Value,
        topics: Value,
        choose: impl Fn(&Value, usize) -> Answer + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared::default());
        let request = json!({
            "clientId": app["app_key"], "clientSecret": app["app_secret"], "subscriptions": topics,
        });
        // The app counts as a Stream client from here on: events before the connection wait for it.
        let first = ticket(url, &request).expect("the gateway answers");
        let (url, of_thread) = (url.to_owned(), Arc::clone(&shared));
        std::thread::spawn(move || run(&url, &request, first, &of_thread, &choose));
        Self { shared }
    }

    /// Waits until at least `count` events have come, whatever the answers, and returns all.
    pub fn wait_for(&self, count: usize) -> Vec<Value> {
        let frames = self.shared.frames.lock().unwrap();
        let (frames, waited) = self
            .shared
            .changed
            .wait_timeout_while(frames, Duration::from_secs(120), |frames| frames.len() < count)
            .unwrap();
        assert!(!waited.timed_out(), "only {} of {count} events came", frames.len());
        frames.clone()
    }
}

/// The address to connect to, or `None` if the gateway is gone.
fn ticket(url: &str, request: &Value) -> Option<String> {
    let opened = ureq::post(format!("{url}/v1.0/gateway/connections/open")).send_json(request);
    let opened: Value = opened.ok()?.body_mut().read_json().ok()?;
    Some(format!("{}?ticket={}", opened["endpoint"].as_str()?, opened["ticket"].as_str()?))
}

fn run(url: &str, request: &Value, first: String, shared: &Shared, choose: &Choose) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut address = Some(first);
    // Until the program has ended for good.
    while let Some(at) = address {
        runtime.block_on(connection(&at, shared, choose));
        address = ticket(url, request);
    }
}

/// Runs one connection to its end.
async fn connection(address: &str, shared: &Shared, choose: &Choose) {
    let Ok((mut socket, _)) = connect_async(address).await else { return };
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else { continue };
        let frame: Value = serde_json::from_str(&text).unwrap();
        if frame["type"] == "SYSTEM" {
            if frame["headers"]["topic"] == "disconnect" {
                return;
            }
            continue;
        }
        let answer = {
            let mut frames = shared.frames.lock().unwrap();
            let answer = choose(&frame, frames.len());
            frames.push(frame.clone());
            answer
        };
        shared.changed.notify_all();
        let (code, data) = match answer {
            Answer::Done => (200, json!({ "status": "SUCCESS" })),
            Answer::Later => (200, json!({ "status": "LATER" })),
            Answer::Code(code) => (code, json!({})),
            Answer::Silence => continue,
            Answer::Crash => return,
        };
        let answer = json!({
            "code": code, "headers": { "messageId": frame["headers"]["messageId"] }, "message": "", "data": data.to_string(),
        });
        if socket.send(Message::text(answer.to_string())).await.is_err() {
            return;
        }
    }
}
