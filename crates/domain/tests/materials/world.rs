//! A data folder with one organisation in it.

use carillon_domain::{
    account::{self, NewAccount},
    article::{self, NewArticle},
    media::{self, NewMedia},
};
use carillon_model::{
    article::ArticleText,
    audit::Signature,
    env::{Env, FixedClock},
    error::Result,
    id::{AccountId, ArticleId, CorpId, MediaId},
    media::MediaType,
    settings::Settings,
    time::Timestamp,
};
use carillon_store::{ContentHash, Corp, State, Store, Tx};

/// When every test begins.
pub const START: Timestamp = Timestamp(1_760_000_000_000);
/// A picture of one pixel.
pub const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF!\xF9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;";

pub struct World {
    folder: tempfile::TempDir,
    store: Option<Store>,
    pub env: Env,
    pub corp: CorpId,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        let world = Self {
            folder,
            store: Some(store),
            env: Env::system(Settings::default(), [0; 32]).at(FixedClock(START)),
            corp: CorpId::from("ding0001"),
        };
        world.add_corp("ding0001");
        world
    }

    pub fn add_corp(&self, id: &str) -> CorpId {
        let corp = Corp {
            id: CorpId::from(id),
            name: id.to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
            demo: false,
            created_at: START,
        };
        let id = corp.id.clone();
        let signature = Signature::server(&self.env, "test");
        self.store()
            .write_registry_blocking(signature, move |tx| tx.insert_corp(&corp))
            .expect("an organisation");
        id
    }

    /// Moves the clock.
    pub fn later(&mut self, ms: i64) -> Timestamp {
        let now = self.env.now().plus_ms(ms);
        self.env = self.env.at(FixedClock(now));
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

    /// A unit of work of the registry: what adds an organisation.
    #[allow(dead_code, reason = "only the tests of sends have several organisations")]
    pub fn write_registry<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &Env) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let env = self.env.clone();
        let signature = Signature::server(&env, "test");
        self.store().write_registry_blocking(signature, move |tx| work(tx, &env))
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Tx<'_>, &CorpId) -> Result<T>) -> Result<T> {
        self.store().read_blocking(&self.corp, |tx| work(tx, &self.corp))
    }

    pub fn state(&self) -> State {
        State::clone(&self.store().state())
    }

    /// The snapshot that a fresh start would load.
    pub fn reopen(&mut self) -> State {
        self.store = None;
        self.store = Some(Store::open(self.folder.path()).expect("the store again"));
        self.state()
    }

    pub fn add_media(
        &self,
        media_type: MediaType,
        file_name: &str,
        content: &'static [u8],
    ) -> Result<MediaId> {
        let format = media::inspect(media_type, file_name, content)?;
        let new = NewMedia {
            media_type,
            format,
            file_name: file_name.to_owned(),
            size: content.len(),
            content: ContentHash::of(content),
        };
        self.write(move |tx, env, corp| media::add(tx, env, corp, new)).map(|media| media.id)
    }

    pub fn picture(&self) -> MediaId {
        self.add_media(MediaType::Image, "a.gif", GIF).expect("a picture")
    }

    pub fn new_account(&self, name: &str) -> NewAccount {
        let picture = self.picture();
        NewAccount {
            name: name.to_owned(),
            avatar_media_id: picture.clone(),
            brief: "短".to_owned(),
            desc: "长".to_owned(),
            preview_media_id: picture,
        }
    }

    pub fn add_account(&self, name: &str) -> Result<AccountId> {
        let new = self.new_account(name);
        self.write(move |tx, env, corp| account::add(tx, env, corp, new))
    }

    pub fn disable(&self, id: &AccountId) {
        let id = id.clone();
        let change = account::AccountChange { disabled: Some(true), ..Default::default() };
        self.write(move |tx, _, corp| account::update(tx, corp, &id, change)).expect("disabled");
    }

    pub fn new_article(&self, account: &AccountId, uuid: &str, title: &str) -> NewArticle {
        NewArticle {
            account: account.clone(),
            uuid: uuid.to_owned(),
            text: ArticleText {
                title: title.to_owned(),
                content: format!("<p>{title}</p>"),
                digest: None,
                thumb_media_id: None,
            },
            allow_forward: None,
            public: None,
        }
    }

    pub fn add_article(&self, account: &AccountId, title: &str) -> ArticleId {
        let new = self.new_article(account, title, title);
        self.write(move |tx, env, corp| article::add(tx, env, corp, new)).expect("an article")
    }

    pub fn publish(&self, account: &AccountId, id: ArticleId) {
        let account = account.clone();
        self.write(move |tx, env, corp| article::publish(tx, env, corp, &account, id)).expect("published");
    }

    pub fn delete_article(&self, account: &AccountId, id: ArticleId) {
        let account = account.clone();
        self.write(move |tx, _, corp| article::delete(tx, corp, &account, id)).expect("deleted");
    }

    pub fn store(&self) -> &Store {
        self.store.as_ref().expect("an open store")
    }
}
