use carillon_domain::article::{
    self, ArticleChange, DraftChange, MAX_VERSIONS, Saved, restore, save_draft, set_aside, version, versions,
};
use carillon_model::{
    article::ArticleText,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, MediaId, UserId},
    time::MINUTE_MS,
};

use crate::materials::fixture::MaterialsFixture;

struct Drafts {
    fixture: MaterialsFixture,
    account: AccountId,
    id: ArticleId,
}

fn text(title: &str, content: &str) -> ArticleText {
    ArticleText { title: title.to_owned(), content: content.to_owned(), digest: None, thumb_media_id: None }
}

impl Drafts {
    fn new() -> Self {
        let fixture = MaterialsFixture::new();
        let account = fixture.add_account("一").unwrap();
        let id = fixture.add_article(&account, "初稿");
        Self { fixture, account, id }
    }

    fn change(&self, author: &str, based_on: i64, text: ArticleText) -> DraftChange {
        DraftChange {
            account: self.account.clone(),
            id: self.id,
            author: Some(UserId::from(author)),
            based_on,
            text,
            allow_forward: true,
            public: false,
        }
    }

    fn save(&self, author: &str, based_on: i64, text: ArticleText) -> Result<Saved> {
        let change = self.change(author, based_on, text);
        self.fixture.write(move |tx, env, corp| save_draft(tx, env, corp, change))
    }

    /// Saves, and returns the new revision.
    fn saved(&self, author: &str, based_on: i64, content: &str) -> i64 {
        match self.save(author, based_on, text("题", content)).unwrap() {
            Saved::Stored(state) => state.revision,
            Saved::Conflict(state) => panic!("{state:?}"),
        }
    }

    /// Number, author and content of each version, newest first.
    fn history(&self) -> Vec<(i64, String, String)> {
        let (account, id) = (&self.account, self.id);
        let read = self.fixture.read(|tx, corp| {
            let heads = versions(tx, corp, account, id)?;
            let one = heads.into_iter().map(|head| {
                let found = version(tx, corp, account, id, head.version)?.expect("a listed version");
                assert_eq!(found.head, head);
                assert_eq!(head.characters, i64::try_from(found.text.content.chars().count()).unwrap());
                let author = head.author.map_or_else(String::new, |author| author.to_string());
                Ok((head.version, author, found.text.content))
            });
            one.collect::<Result<Vec<_>>>()
        });
        read.unwrap()
    }

    fn content(&self) -> String {
        self.fixture.read(|tx, corp| article::get(tx, corp, &self.account, self.id)).unwrap().draft.content
    }
}

fn is(history: &[(i64, String, String)], expected: &[(i64, &str, &str)]) {
    let found: Vec<_> = history
        .iter()
        .map(|(number, author, content)| (*number, author.as_str(), content.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn saves_of_one_author_within_minutes_are_one_version() {
    let mut drafts = Drafts::new();
    let first = drafts.content();
    let mut revision = drafts.saved("ann", 0, "a");
    assert_eq!(revision, 1);
    for (content, later_ms) in [("ab", 3_000), ("abc", 9 * MINUTE_MS)] {
        drafts.fixture.later(later_ms);
        revision = drafts.saved("ann", revision, content);
    }
    is(&drafts.history(), &[(2, "ann", "abc"), (1, "", &first)]);
    // Ten minutes after the version was begun, another begins.
    drafts.fixture.later(MINUTE_MS - 3_000);
    revision = drafts.saved("ann", revision, "abcd");
    revision = drafts.saved("bob", revision, "bob");
    // Saving the same changes nothing, whatever it is based on.
    assert_eq!(drafts.saved("ann", 0, "bob"), revision);
    // After publishing, the published text keeps its version.
    drafts.fixture.publish(&drafts.account, drafts.id);
    drafts.fixture.later(1);
    drafts.saved("bob", revision, "after");
    is(
        &drafts.history(),
        &[(5, "bob", "after"), (4, "bob", "bob"), (3, "ann", "abcd"), (2, "ann", "abc"), (1, "", &first)],
    );
}

#[test]
fn the_second_of_two_editors_gets_a_conflict() {
    let drafts = Drafts::new();
    let revision = drafts.saved("ann", 0, "ann");
    match drafts.save("bob", 0, text("题", "bob")).unwrap() {
        Saved::Conflict(state) => {
            assert_eq!((state.revision, state.author), (revision, Some(UserId::from("ann"))));
        }
        stored => panic!("{stored:?}"),
    }
    assert_eq!(drafts.content(), "ann");
    // Bob gives way: his text is in the history.
    let change = drafts.change("bob", 0, text("题", "bob"));
    drafts.fixture.write(move |tx, env, corp| set_aside(tx, env, corp, change)).unwrap();
    assert_eq!(drafts.content(), "ann");
    let history = drafts.history();
    is(&history[..3], &[(4, "ann", "ann"), (3, "bob", "bob"), (2, "ann", "ann")]);
    // Or he insists, on the revision that he was told.
    drafts.saved("bob", revision, "bob");
    assert_eq!(drafts.content(), "bob");
    // An app changes it too.
    let change = ArticleChange {
        account: drafts.account.clone(),
        id: drafts.id,
        title: "应用".to_owned(),
        content: "app".to_owned(),
        digest: None,
        thumb_media_id: None,
    };
    drafts.fixture.write(move |tx, env, corp| article::update(tx, env, corp, change)).unwrap();
    assert!(matches!(drafts.save("bob", revision + 1, text("题", "x")).unwrap(), Saved::Conflict(_)));
    is(&drafts.history()[..2], &[(6, "", "app"), (5, "bob", "bob")]);
}

#[test]
fn a_version_is_restored_and_the_oldest_are_removed() {
    let mut drafts = Drafts::new();
    let mut revision = 0;
    for number in 2..=MAX_VERSIONS {
        revision = drafts.saved("ann", revision, &format!("{number}"));
        drafts.fixture.later(10 * MINUTE_MS);
    }
    assert_eq!(drafts.history().len(), 50, "all versions are there at the limit");
    revision = drafts.saved("ann", revision, "51");
    let history = drafts.history();
    assert_eq!((history.len(), history[0].0, history[49].0), (50, 51, 2));
    let (account, id) = (drafts.account.clone(), drafts.id);
    let bring_back = |number: i64| {
        let account = account.clone();
        let of = UserId::from("bob");
        drafts.fixture.write(move |tx, env, corp| restore(tx, env, corp, &account, id, number, Some(&of)))
    };
    bring_back(7).unwrap();
    assert_eq!(drafts.content(), "7");
    assert_eq!(drafts.history()[0], (52, "bob".to_owned(), "7".to_owned()));
    assert!(matches!(drafts.save("ann", revision, text("题", "x")).unwrap(), Saved::Conflict(_)));
    assert_eq!(bring_back(2), Err(Error::Rule(Rule::UnknownArticle)), "it was removed");
    bring_back(52).unwrap();
    assert_eq!(drafts.history()[0].0, 52, "the draft itself changes nothing");
}

#[test]
fn limits_and_access() {
    let drafts = Drafts::new();
    let long = |length| "字".repeat(length);
    let with = |title: String, content: String, digest: Option<String>, thumb: Option<&str>| ArticleText {
        title,
        content,
        digest,
        thumb_media_id: thumb.map(MediaId::from),
    };
    for (field, text) in [
        ("title", with(" ".to_owned(), String::new(), None, None)),
        ("title", with(long(257), String::new(), None, None)),
        ("content", with(long(1), long(500_001), None, None)),
        ("digest", with(long(1), String::new(), Some(long(1_025)), None)),
        ("thumb_media_id", with(long(1), String::new(), None, Some("@nothing"))),
    ] {
        let refused = drafts.save("ann", 0, text).unwrap_err();
        assert!(matches!(&refused, Error::Invalid { field: of, .. } if of == field), "{refused:?}");
    }
    let most = with(long(256), long(500_000), Some(long(1_024)), None);
    assert!(matches!(drafts.save("ann", 0, most.clone()).unwrap(), Saved::Stored(_)));
    let change = DraftChange { allow_forward: false, public: true, ..drafts.change("ann", 1, most) };
    let repeated = change.clone();
    assert!(matches!(
        drafts.fixture.write(move |tx, env, corp| save_draft(tx, env, corp, change)).unwrap(),
        Saved::Stored(state) if state.revision == 2
    ));
    let stored = drafts.fixture.read(|tx, corp| article::get(tx, corp, &drafts.account, drafts.id)).unwrap();
    assert_eq!((stored.allow_forward, stored.public), (false, true));
    assert_eq!(drafts.history().len(), 2, "access is no text");
    drafts
        .fixture
        .write({
            let (account, id) = (drafts.account.clone(), drafts.id);
            move |tx, _, corp| article::delete(tx, corp, &account, id)
        })
        .unwrap();
    let refused = drafts.fixture.write(move |tx, env, corp| save_draft(tx, env, corp, repeated));
    assert_eq!(refused, Err(Error::Rule(Rule::ArticleDeleted)));
}
