use carillon_domain::{
    account::{self, AccountChange},
    article,
    media::{self, NewMedia},
    picture::{self, NewPicture, PictureUse},
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, MediaId, UserId},
    media::MediaType,
};
use carillon_store::{ContentHash, StorageScope};

use super::fixture::MaterialsFixture;
use testkit::file::png;

struct Library {
    fixture: MaterialsFixture,
    account: AccountId,
}

impl Library {
    fn new() -> Self {
        let fixture = MaterialsFixture::new();
        let account = fixture.add_account("一").unwrap();
        Self { fixture, account }
    }

    fn add(&self, name: &str) -> MediaId {
        let content = png(90, 30);
        let media = NewMedia {
            media_type: MediaType::Image,
            format: media::inspect(MediaType::Image, name, &content).unwrap(),
            file_name: name.to_owned(),
            size: content.len(),
            content: ContentHash::of(&content),
        };
        let new =
            NewPicture { media, size: media::picture_size(&content), uploaded_by: Some(UserId::from("ann")) };
        let account = self.account.clone();
        self.fixture.write(move |tx, env, corp| picture::add(tx, env, corp, &account, new)).unwrap()
    }

    fn uses(&self, id: &MediaId) -> Vec<PictureUse> {
        self.fixture.read(|tx, corp| picture::uses(tx, corp, id)).unwrap()
    }

    fn delete(&self, id: &MediaId) -> Result<()> {
        let (account, id) = (self.account.clone(), id.clone());
        self.fixture.write(move |tx, _, corp| picture::delete(tx, corp, &account, &id))
    }

    fn stored(&self) -> i64 {
        let of = StorageScope::Account(self.account.clone());
        self.fixture.read(|tx, corp| tx.stored_bytes(corp, &of)).unwrap()
    }
}

#[test]
fn a_deleted_picture_frees_its_bytes() {
    let library = Library::new();
    let before = library.stored();
    let id = library.add("a.png");
    assert!(library.stored() > before);
    assert_eq!(library.delete(&id), Ok(()));
    assert_eq!(library.stored(), before);
    assert_eq!(library.delete(&id), Err(Error::Rule(Rule::UnknownMedia)));
    let found = library.fixture.read(|tx, corp| tx.media(corp, &id)).unwrap();
    assert_eq!(found, None, "its address stops working");
}

#[test]
fn an_article_uses_what_its_draft_or_its_published_copy_shows() {
    let library = Library::new();
    let (cover, inside) = (library.add("a.png"), library.add("b.png"));
    let id = library.fixture.add_article(&library.account, "初稿");
    let save = |content: String, thumb: Option<MediaId>| {
        let account = library.account.clone();
        let change = article::ArticleChange {
            account,
            id,
            title: "题".to_owned(),
            content,
            digest: None,
            thumb_media_id: thumb,
        };
        library.fixture.write(move |tx, env, corp| article::update(tx, env, corp, change)).unwrap();
    };
    let encoded = inside.as_str().replace('@', "%40");
    save(format!("<p><img src='/media/{encoded}'></p>"), Some(cover.clone()));
    let used = |id: &MediaId| -> Vec<bool> {
        let uses = library.uses(id).into_iter();
        uses.map(|of| matches!(of, PictureUse::Article { is_published: true, .. })).collect()
    };
    assert_eq!((used(&cover), used(&inside)), (vec![false], vec![false]));
    let account = library.account.clone();
    library.fixture.write(move |tx, env, corp| article::publish(tx, env, corp, &account, id)).unwrap();
    save("<p>无图</p>".to_owned(), None);
    assert_eq!(used(&inside), [true], "members still see it");
    assert_eq!(library.delete(&inside), Err(Error::Rule(Rule::PictureInUse)));
    let account = library.account.clone();
    library.fixture.write(move |tx, env, corp| article::publish(tx, env, corp, &account, id)).unwrap();
    assert_eq!(used(&inside), Vec::<bool>::new());
    assert_eq!((library.delete(&inside), used(&cover)), (Ok(()), vec![false, true]));
    let account = library.account.clone();
    library.fixture.write(move |tx, _, corp| article::delete(tx, corp, &account, id)).unwrap();
    assert_eq!(library.delete(&cover), Ok(()));
}

#[test]
fn avatars_of_accounts_are_uses() {
    let library = Library::new();
    let id = library.add("a.png");
    let (of, avatar) = (library.account.clone(), id.clone());
    let change = AccountChange { avatar_media_id: Some(avatar), ..AccountChange::default() };
    library.fixture.write(move |tx, _, corp| account::update(tx, corp, &of, change)).unwrap();
    assert_eq!(library.uses(&id), [PictureUse::Account(library.account.clone())]);
    assert_eq!(library.delete(&id), Err(Error::Rule(Rule::PictureInUse)));
}
