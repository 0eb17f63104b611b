//! A data folder with an organisation and an app, and a running delivery.

use std::{collections::BTreeSet, future::Future, sync::Arc, time::Duration};

use carillon_delivery::{Callbacks, Delivery};
use carillon_domain::{
    app::{self, NewApp},
    event::{
        self,
        log::{self, Entry},
        subscription::{self, Callback, NewSubscription},
    },
};
use carillon_model::{
    app::AppType,
    audit::Signature,
    env::{Env, SettableClock},
    error::Result,
    event::{EventData, EventKind},
    id::{AppKey, CorpId, UserId},
    settings::{DeliverySettings, Settings},
};
use carillon_store::{CallbackOwner, LogFilter, State, Store, Tx};
use testkit::store::StoreFixture;
use tokio::{sync::watch, task::JoinHandle};

/// Longer than any test takes.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Settings with short retries.
pub fn fast_settings() -> DeliverySettings {
    DeliverySettings {
        allow: vec!["127.0.0.1".to_owned()],
        answer_ms: 2_500,
        retry_ms: vec![10, 30],
        ..DeliverySettings::default()
    }
}

pub struct Fixture {
    fixture: StoreFixture,
    pub env: Env,
    pub corp: CorpId,
    pub app: AppKey,
    pub secret: String,
    running: Option<Running>,
}

struct Running {
    store: Arc<Store>,
    stopping: watch::Sender<bool>,
    delivery: JoinHandle<()>,
    server: JoinHandle<()>,
    url: String,
}

impl Fixture {
    pub async fn start(settings: DeliverySettings) -> Self {
        Self::start_with_env(Env::system(Settings { delivery: settings, ..Settings::default() }, [0; 32]))
            .await
    }

    /// Starts with a clock that the test sets.
    pub async fn start_at(settings: DeliverySettings, clock: SettableClock) -> Self {
        let settings = Settings { delivery: settings, ..Settings::default() };
        Self::start_with_env(Env::system(settings, [0; 32]).with_clock(clock)).await
    }

    async fn start_with_env(env: Env) -> Self {
        let fixture = tokio::task::block_in_place(|| StoreFixture::start_with_env(env.clone()));
        let corp = fixture.corp.clone();
        let mut fixture =
            Self { fixture, env, corp, app: AppKey::from(""), secret: String::new(), running: None };
        fixture.run().await;
        (fixture.app, fixture.secret) = fixture.add_app().await;
        fixture
    }

    /// Starts the delivery of the stored events.
    async fn run(&mut self) {
        let store = self.fixture.shared_store();
        let (stopping, stopped) = watch::channel(false);
        let callbacks = Callbacks::new(&self.env).unwrap();
        let delivery = Delivery::new(Arc::clone(&store), self.env.clone(), callbacks, stopped);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/connect", listener.local_addr().unwrap());
        let router = delivery.router();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let delivery = tokio::spawn(delivery.run());
        self.running = Some(Running { store, stopping, delivery, server, url });
    }

    fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    /// The URL that Stream clients connect to.
    pub fn url(&self) -> &str {
        &self.running().url
    }

    /// Stops delivery as the server does.
    pub async fn stop(&mut self) {
        self.end(|stopping| {
            stopping.send_replace(true);
        })
        .await;
    }

    /// Stops delivery by dropping the sender of the stop signal.
    pub async fn drop_stop_signal(&mut self) {
        self.end(drop).await;
    }

    async fn end(&mut self, signal: impl FnOnce(watch::Sender<bool>)) {
        let Running { store, stopping, delivery, server, .. } = self.running.take().unwrap();
        signal(stopping);
        within(delivery).await.unwrap();
        server.abort();
        let _ = server.await;
        drop(store);
        self.close().await;
    }

    /// Waits until nothing references the store: open connections and deliveries do, until their tasks are dropped.
    async fn close(&mut self) {
        let mut held = self.fixture.close();
        within(async {
            while let Err(store) = Arc::try_unwrap(held).map(drop) {
                held = store;
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Aborts everything and restarts on the stored state.
    pub async fn crash(&mut self) {
        let Running { store, stopping, delivery, server, .. } = self.running.take().unwrap();
        delivery.abort();
        server.abort();
        let _ = (delivery.await, server.await);
        drop(stopping);
        drop(store);
        self.close().await;
        self.restart().await;
    }

    /// Restarts on the stored state.
    pub async fn restart(&mut self) {
        self.fixture.reopen();
        self.run().await;
    }

    /// Stops everything. Returns the state that a restart loads, and the content of the database's files.
    pub async fn close_and_load(mut self) -> (State, Vec<Vec<u8>>) {
        self.stop().await;
        let state = self.fixture.reopen();
        let files = std::fs::read_dir(self.fixture.folder()).unwrap().map(|entry| entry.unwrap().path());
        let contents = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()).collect();
        (state, contents)
    }

    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &Env, &CorpId) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (env, corp) = (self.env.clone(), self.corp.clone());
        let signature = Signature::server(&env, "test");
        self.running().store.write(&self.corp, signature, move |tx| work(tx, &env, &corp)).await
    }

    pub async fn add_app(&self) -> (AppKey, String) {
        self.write(create_app).await.unwrap()
    }

    /// Subscribes an app to all events with a callback.
    pub async fn subscribe(&self, app: &AppKey, callback: Callback) {
        self.subscribe_to(app, &["*"], Some(callback)).await;
    }

    pub async fn subscribe_to(&self, app: &AppKey, patterns: &[&str], callback: Option<Callback>) {
        let app = app.clone();
        let patterns = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        let new = NewSubscription { patterns, callback, owner: CallbackOwner::Corp };
        self.write(move |tx, env, corp| subscription::set(tx, env, corp, &app, new)).await.unwrap();
    }

    /// Raises the event of an added member.
    pub async fn raise(&self, member: &str) {
        self.raise_event(EventData::MembersAdded(vec![UserId::from(member)])).await;
    }

    pub async fn raise_event(&self, data: EventData) {
        self.write(move |tx, env, corp| event::raise(tx, env, corp, data)).await.unwrap();
    }

    /// The delivery log of an app, oldest first.
    pub async fn log(&self, app: &AppKey) -> Vec<Entry> {
        let (corp, app) = (self.corp.clone(), app.clone());
        let entries = self
            .running()
            .store
            .read(&self.corp, move |tx| log::entries(tx, &corp, &app, LogFilter::default(), 100_000));
        let mut entries = entries.await.unwrap();
        entries.reverse();
        entries
    }

    /// Waits until `count` attempts at the first event of an app are recorded.
    pub async fn wait_for_attempts(&self, app: &AppKey, count: usize) {
        within(async {
            while self.log(app).await.first().is_none_or(|entry| entry.attempts.len() < count) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await;
    }

    /// Returns the delivery log of an app once no event is waiting.
    pub async fn wait_until_settled(&self, app: &AppKey) -> Vec<Entry> {
        within(async {
            loop {
                let waiting = self.running().store.read_registry(|tx| tx.pending_targets()).await.unwrap();
                if waiting.iter().all(|target| target.app != *app) {
                    return self.log(app).await;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await
    }
}

fn create_app(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<(AppKey, String)> {
    let grants: BTreeSet<String> =
        EventKind::ALL.iter().map(|kind| kind.access().permission().to_owned()).collect();
    let new = NewApp { name: "app".to_owned(), app_type: AppType::Internal, grants };
    let (app, secret) = app::create(tx, env, corp, new)?;
    Ok((app.key, secret))
}

/// Panics after a minute instead of waiting for ever.
pub async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(TIMEOUT, work).await.expect("it takes less than a minute")
}
