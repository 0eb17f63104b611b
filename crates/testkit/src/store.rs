//! A data folder with one organisation.

use std::{path::Path, sync::Arc};

use carillon_domain::{
    contact::user::{self, NewMember},
    corp,
};
use carillon_model::{
    audit::Signature,
    contact::{Member, Membership, Profile},
    env::{Env, FixedClock},
    error::Result,
    id::{CorpId, DeptId, UserId},
    settings::Settings,
    time::Timestamp,
};
use carillon_store::{State, Store, Tx};

use crate::folder;

/// The time at which every test begins.
pub const START: Timestamp = Timestamp(1_760_000_000_000);

pub struct StoreFixture {
    folder: tempfile::TempDir,
    store: Option<Arc<Store>>,
    pub env: Env,
    pub corp: CorpId,
}

impl Default for StoreFixture {
    fn default() -> Self {
        Self::new()
    }
}

impl StoreFixture {
    pub fn new() -> Self {
        Self::start_with_env(Env::system(Settings::default(), [0; 32]).with_clock(FixedClock(START)))
    }

    /// Starts with the clock and the settings of a test.
    pub fn start_with_env(env: Env) -> Self {
        let folder = folder::empty();
        let store = Store::open(folder.path()).unwrap();
        let setup = env.clone();
        let create = move |tx: &mut Tx<'_>| corp::create(tx, &setup, "测试", corp::DEFAULT_TIME_ZONE, false);
        let corp = store.write_registry_blocking(Signature::server(&env, "test"), create).unwrap().id;
        Self { folder, store: Some(Arc::new(store)), env, corp }
    }

    /// Advances the clock, and returns the new time.
    pub fn later(&mut self, ms: i64) -> Timestamp {
        let now = self.env.now().plus_ms(ms);
        self.env = self.env.with_clock(FixedClock(now));
        now
    }

    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &Env, &CorpId) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (env, corp) = (self.env.clone(), self.corp.clone());
        let signature = Signature::server(&env, "test");
        self.store().write_blocking(&self.corp, signature, move |tx| work(tx, &env, &corp))
    }

    /// A unit of work of the registry, which can add an organisation.
    pub fn write_registry<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &Env) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let env = self.env.clone();
        let signature = Signature::server(&env, "test");
        self.store().write_registry_blocking(signature, move |tx| work(tx, &env))
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Tx<'_>, &CorpId) -> Result<T>) -> T {
        self.store().read_blocking(&self.corp, |tx| work(tx, &self.corp)).unwrap()
    }

    pub fn state(&self) -> State {
        State::clone(&self.store().state())
    }

    /// Gives up the store. The folder can be opened again when nothing else holds it.
    pub fn close(&mut self) -> Arc<Store> {
        self.store.take().unwrap()
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The snapshot that a fresh start would load.
    pub fn reopen(&mut self) -> State {
        self.store = None;
        self.store = Some(Arc::new(Store::open(self.folder.path()).unwrap()));
        self.state()
    }

    /// Adds a member to some departments.
    pub fn add_member(&self, userid: &str, departments: &[DeptId]) -> Result<Member> {
        let new = NewMember {
            userid: Some(UserId::from(userid)),
            profile: Profile { name: userid.to_owned(), exclusive_account: true, ..Profile::default() },
            departments: departments.iter().copied().map(Membership::ordinary).collect(),
            password_hash: String::new(),
        };
        self.write(move |tx, env, corp| user::create(tx, env, corp, new))
    }

    pub fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    /// A shared reference. The folder cannot be opened again until all of these are dropped.
    pub fn shared_store(&self) -> Arc<Store> {
        Arc::clone(self.store.as_ref().unwrap())
    }
}
