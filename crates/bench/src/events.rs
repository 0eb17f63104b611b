//! How many events a second are delivered and acknowledged: by HTTP callback against a bare client that posts to
//! the same receiver, and by Stream against a bare WebSocket echo. The events are stored while nobody receives
//! them. Time is measured from the moment a receiver is there until the last acknowledgement is stored.
//! Everything runs in one process over loopback; Carillon's side is durable, and in order within each
//! conversation.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, bail};
use axum::{
    Router,
    extract::{WebSocketUpgrade, ws},
    http::header,
    routing::{get, post},
};
use carillon_delivery::{Callbacks, Delivery, seal_envelope};
use carillon_domain::{
    app::{self, NewApp},
    corp,
    event::{
        self, stream,
        subscription::{self, Callback, NewSubscription},
    },
};
use carillon_model::{
    app::AppType,
    audit::Signature,
    env::Env,
    event::{Channel, EventData, EventKind},
    id::{AppKey, CorpId, UserId},
    settings::{DeliverySettings, Settings},
};
use carillon_store::{CallbackOwner, Store, Tx};
use futures::{SinkExt, StreamExt, stream::FuturesUnordered};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tokio_tungstenite::{connect_async, tungstenite::Message};

const EVENTS: usize = 20_000;
/// Number of members. Each is a conversation with its own order.
const CONVERSATIONS: usize = 500;
/// Concurrent deliveries, on both sides of a comparison: the default setting, and more.
const AT_ONCE: [usize; 2] = [16, 64];
const TOKEN: &str = "token123";
const AES_KEY: &str = "abcdefghijabcdefghijabcdefghijabcdefghij123";
/// Length of the frame of an event.
const FRAME_BYTES: usize = 500;

/// Runs both comparisons.
pub fn run() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        for at_once in AT_ONCE {
            measure_http(at_once).await?;
            measure_stream(at_once).await?;
        }
        Ok(())
    })
}

/// A store with an app, and a running delivery.
struct Fixture {
    store: Arc<Store>,
    env: Env,
    corp: CorpId,
    app: AppKey,
    secret: String,
    address: SocketAddr,
    shutdown: watch::Sender<bool>,
    delivery: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Fixture {
    async fn start(at_once: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = Arc::new(Store::open(folder.path())?);
        let delivery =
            DeliverySettings { allow: vec!["127.0.0.1".to_owned()], at_once, ..DeliverySettings::default() };
        let env = Env::system(Settings { delivery, ..Settings::default() }, [0; 32]);
        let setup = env.clone();
        let (corp, app, secret) = store
            .write_registry(Signature::server(&env, "bench"), move |tx| {
                let corp = corp::create(tx, &setup, "bench", corp::DEFAULT_TIME_ZONE, false)?.id;
                let grants: BTreeSet<String> =
                    EventKind::ALL.iter().map(|kind| kind.access().permission().to_owned()).collect();
                let new = NewApp { name: "app".to_owned(), app_type: AppType::Internal, grants };
                let (app, secret) = app::create(tx, &setup, &corp, new)?;
                Ok((corp, app.key, secret))
            })
            .await?;
        let (shutdown, stopped) = watch::channel(false);
        let delivery = Delivery::new(Arc::clone(&store), env.clone(), Callbacks::new(&env)?, stopped);
        let address = serve(delivery.router()).await?;
        let delivery = tokio::spawn(delivery.run());
        Ok(Self { store, env, corp, app, secret, address, shutdown, delivery, _folder: folder })
    }

    /// Stops delivery, so that it takes no time from the next measurement.
    async fn stop(self) -> Result<()> {
        self.shutdown.send_replace(true);
        Ok(self.delivery.await?)
    }

    /// Stores all events. They wait for a receiver.
    async fn raise(&self) -> Result<()> {
        let (env, corp) = (self.env.clone(), self.corp.clone());
        let signature = Signature::server(&env, "bench");
        let raise = self.store.write(&self.corp, signature, move |tx| {
            for number in 0..EVENTS {
                let member = UserId::from(format!("user{}", number % CONVERSATIONS));
                event::raise(tx, &env, &corp, EventData::MembersAdded(vec![member]))?;
            }
            Ok(())
        });
        Ok(raise.await?)
    }

    async fn subscribe(&self, callback: Option<Callback>) -> Result<()> {
        let (env, corp, app) = (self.env.clone(), self.corp.clone(), self.app.clone());
        let new = NewSubscription { patterns: vec!["*".to_owned()], callback, owner: CallbackOwner::Corp };
        let signature = Signature::server(&env, "bench");
        let set = move |tx: &mut Tx<'_>| subscription::set(tx, &env, &corp, &app, new);
        Ok(self.store.write(&self.corp, signature, set).await?)
    }

    /// Waits until no event is pending.
    async fn settled(&self) -> Result<()> {
        while !self.store.read_registry(|tx| tx.pending_targets()).await?.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }
}

async fn serve(router: Router) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn measure_http(at_once: usize) -> Result<()> {
    let fixture = Fixture::start(at_once).await?;
    let received = Arc::new(AtomicUsize::new(0));
    let answer = seal_envelope(&fixture.env, TOKEN, AES_KEY, fixture.corp.as_str(), "success");
    let answer = answer.map_err(|unreadable| anyhow!("{unreadable:?}"))?;
    let answer = json!({
        "msg_signature": answer.signature, "timeStamp": answer.timestamp, "nonce": answer.nonce, "encrypt": answer.encrypt,
    })
    .to_string();
    let counted = Arc::clone(&received);
    let receive = move |_: bytes::Bytes| {
        counted.fetch_add(1, Ordering::Relaxed);
        async move { ([(header::CONTENT_TYPE, "application/json")], answer) }
    };
    let address = serve(Router::new().route("/", post(receive))).await?;
    let callback = Callback {
        url: format!("http://{address}/"),
        token: TOKEN.to_owned(),
        aes_key: AES_KEY.to_owned(),
        owner_key: fixture.corp.to_string(),
    };
    fixture.subscribe(None).await?;
    fixture.raise().await?;
    let began = Instant::now();
    fixture.subscribe(Some(callback)).await?;
    fixture.settled().await?;
    let events = per_second(began.elapsed());
    if received.load(Ordering::Relaxed) != EVENTS {
        bail!("{} of {EVENTS} events arrived", received.load(Ordering::Relaxed));
    }
    fixture.stop().await?;

    let client: Client<_, Full<bytes::Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let body = bytes::Bytes::from(vec![b'a'; FRAME_BYTES]);
    let began = Instant::now();
    let mut under_way = FuturesUnordered::new();
    let mut sent = 0;
    while sent < EVENTS || !under_way.is_empty() {
        if sent < EVENTS && under_way.len() < at_once {
            let request =
                axum::http::Request::post(format!("http://{address}/")).body(Full::new(body.clone()))?;
            let response = client.request(request);
            under_way.push(async move {
                response.await?.into_body().collect().await.map_err(anyhow::Error::from)
            });
            sent += 1;
        } else if let Some(done) = under_way.next().await {
            done?;
        }
    }
    report("callback", at_once, events, "a bare client", per_second(began.elapsed()));
    Ok(())
}

async fn measure_stream(at_once: usize) -> Result<()> {
    let fixture = Fixture::start(at_once).await?;
    fixture.subscribe(None).await?;
    let (env, app, secret) = (fixture.env.clone(), fixture.app.clone(), fixture.secret.clone());
    let signature = Signature::server(&env, "bench");
    let open = move |tx: &mut Tx<'_>| stream::open(tx, &env, app.as_str(), &secret, vec![Channel::Events]);
    fixture.raise().await?;
    let ticket = fixture.store.write(&fixture.corp, signature, open).await?;
    let began = Instant::now();
    let (mut socket, _) = connect_async(format!("ws://{}/connect?ticket={ticket}", fixture.address)).await?;
    let mut acknowledged = 0;
    while acknowledged < EVENTS {
        let Some(Message::Text(text)) = socket.next().await.transpose()? else { continue };
        let frame: Value = serde_json::from_str(&text)?;
        let answer =
            json!({ "code": 200, "headers": { "messageId": frame["headers"]["messageId"] }, "data": "{}" });
        socket.send(Message::text(answer.to_string())).await?;
        acknowledged += 1;
    }
    fixture.settled().await?;
    let events = per_second(began.elapsed());
    drop(socket);
    fixture.stop().await?;

    let echo = get(|upgrade: WebSocketUpgrade| async {
        upgrade.on_upgrade(async |mut socket: ws::WebSocket| {
            while let Some(Ok(message)) = socket.recv().await {
                if socket.send(message).await.is_err() {
                    return;
                }
            }
        })
    });
    let address = serve(Router::new().route("/", echo)).await?;
    let (mut socket, _) = connect_async(format!("ws://{address}/")).await?;
    let message = "a".repeat(FRAME_BYTES);
    let began = Instant::now();
    let (mut sent, mut echoed) = (0, 0);
    while echoed < EVENTS {
        if sent < EVENTS && sent - echoed < at_once {
            socket.send(Message::text(message.clone())).await?;
            sent += 1;
        } else if let Some(Message::Text(_)) = socket.next().await.transpose()? {
            echoed += 1;
        }
    }
    report("Stream", at_once, events, "a bare WebSocket echo", per_second(began.elapsed()));
    Ok(())
}

fn per_second(time: Duration) -> f64 {
    EVENTS as f64 / time.as_secs_f64()
}

fn report(transport: &str, at_once: usize, events: f64, bare: &str, bare_events: f64) {
    println!(
        "  by {transport}, {at_once} at once: {events:.0} events a second, {bare} {bare_events:.0}: {:.2} of it",
        events / bare_events
    );
}
